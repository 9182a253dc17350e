#include <algorithm>

#include "base/text.hpp"
#include "http/api.hpp"
#include "http/refusal.hpp"
#include "rules/list_change.hpp"

/// Writes of members that are lists, by their own path (H-5, H-9). Whatever the method, the request
/// becomes a change of the list as a body of the whole entity would say it: `{"add":[…]}`.
namespace waybill::http {

using query::Link;
using query::LinkKind;

namespace {

/// Writes a request's body as a change of a list.
class ChangeWriter {
 public:
  /// `reference`: what names the row, if elements name it rather than it them (Member::mirrors).
  ChangeWriter(const JsonDocument& json, const Member& list, std::string_view reference)
      : json_(json), list_(list), reference_(reference) {}

  /// `verb`: what the method or the path says; empty if the body does.
  Bytes write(std::string_view verb) {
    const JsonNode& body = json_.root();
    if (!verb.empty()) {
      out_ += '{';
      member(verb, body);
      out_ += '}';
    } else if (body.type == JsonType::object) {
      object(body, [this](const JsonNode& child) { member(child.key, child); });
    } else {
      elements(body);
    }
    return std::move(out_);
  }

 private:
  template <class Write>
  void object(const JsonNode& node, Write&& write) {
    out_ += '{';
    for (const JsonNode* child = json_.first(node); child != nullptr; child = json_.next(*child)) {
      if (child != json_.first(node)) out_ += ',';
      write(*child);
    }
    out_ += '}';
  }

  void name(std::string_view text) {
    append_json_string(out_, text);
    out_ += ':';
  }

  void member(std::string_view verb, const JsonNode& node) {
    name(verb);
    if (verb == "remove") return json_.append(out_, node);
    elements(node);
  }

  void elements(const JsonNode& node) {
    if (node.type != JsonType::array) return element(node);
    out_ += '[';
    for (const JsonNode* child = json_.first(node); child != nullptr; child = json_.next(*child)) {
      if (child != json_.first(node)) out_ += ',';
      element(*child);
    }
    out_ += ']';
  }

  void element(const JsonNode& node) {
    if (reference_.empty() || node.type != JsonType::object) return json_.append(out_, node);
    const JsonNode* own = json_.find(node, list_.mirrors);
    object(node, [&](const JsonNode& child) {
      name(child.key);
      if (&child != own) return json_.append(out_, child);
      attach(child);
    });
    if (own != nullptr) return;
    out_.resize(out_.size() - 1);
    if (out_[out_.size() - 1] != '{') out_ += ',';
    name(list_.mirrors);
    attach();
    out_ += '}';
  }

  /// The list by which an element names the row, with the row.
  void attach(const JsonNode& node) {
    if (node.type == JsonType::null) return attach();
    json_.append(out_, node);
    if (node.type != JsonType::array) return;
    out_.resize(out_.size() - 1);
    if (node.count != 0) out_ += ',';
    out_ += reference_;
    out_ += ']';
  }
  void attach() {
    out_ += "{\"add\":";
    out_ += reference_;
    out_ += '}';
  }

  const JsonDocument& json_;
  const Member& list_;
  std::string_view reference_;
  Bytes out_;
};

std::string_view verb_of(Method method, std::span<const Link> behind) {
  if (method == Method::post) return "add";
  if (method == Method::put) return "replace";
  return behind.empty() ? std::string_view() : behind[0].name;
}

/// Whether a body says what becomes of a list: POST attaches something, and a PATCH that does not
/// say it in its path says it in its body.
bool says_change(const JsonDocument& json, Method method, std::string_view verb) {
  const JsonNode& body = json.root();
  if (method == Method::post) return body.type != JsonType::null;
  return !verb.empty() || body.type == JsonType::array || is_list_change(json, body);
}

/// Adds the rows that are not to be kept.
void collect(const Posting& rows, const RowSet& kept, std::vector<Ref>& out) {
  for (const uint32_t row : rows) {
    if (!kept.contains(row)) out.push_back(Ref::to(row));
  }
}

/// What an element of a change was, once the list holds it.
Value element_of(Context& context, const Member& list, const JsonNode& node) {
  if (list.kind == Kind::texts) return Value::of(context.view.arena.copy(node.text));
  const Result<Ref> ref = resolve(context, list.target, node);
  return Value::entity(list.target, ref.value);
}

/// The collection that rows mirrored by a member stand in.
const Resource& mirrored_resource(const Member& member) {
  return *find_resource(reference_info(member.target).collection);
}

/// The row does not name `from` any more; a row that names nothing then is purged if it may be.
void detach(Context& context, const Member& member, Ref row, Ref from) {
  const Member& own = mirrored_member(context.store.table(member.target), member);
  bool alone = false;
  context.store.update_row(member.target, row.row(), [&](void* data) {
    auto& list = field<List<Ref>>(data, own);
    list.remove(from);
    alone = list.empty();
  });
  const Resource& resource = mirrored_resource(member);
  if (alone && resource.purge != nullptr) resource.purge(context, row);
}

}  // namespace

std::string Api::reference_to(TableId table, Ref ref) const {
  return "{\"identifiers\":{\"key\":\"" + keys_.text(table, ref.row()) + "\"}}";
}

Failure Api::write_list(const Request& request, const Place& where, Ref ref, const MemberPath& path,
                        Context& context) {
  const TableId table = where.resource->table;
  const Value owner = Value::entity(table, ref);
  const std::span<const Link> list = where.members.first(path.depth);
  const std::span<const Link> behind = where.members.subspan(path.depth);
  const bool names_verb = request.method == Method::patch && behind.size() == 1 &&
                          behind[0].kind == LinkKind::step && is_list_verb(behind[0].name);
  if (!behind.empty() && !names_verb) return no_write_behind(request, where, owner, context);
  const std::string_view verb = verb_of(request.method, behind);
  const bool one = json_.root().type != JsonType::array;
  if (!says_change(json_, request.method, verb)) {
    return failed_coercion(context, "an array, or an object with add, remove or replace",
                           json_.root());
  }
  const bool mirror = !path.member->mirrors.empty();
  const std::string self = mirror ? reference_to(table, ref) : std::string();
  const Bytes body = ChangeWriter(json_, *path.member, self).write(verb);
  if (Failure failure = read_member(list, body.view())) return failure;
  const JsonNode* node = &json_.root();
  for (const Link& link : list) node = json_.find(*node, link.name);
  std::vector<Value> attached;
  if (mirror) {
    const bool put = request.method == Method::put;
    if (Failure failure = write_mirror(context, *path.member, ref, *node, put, attached)) {
      return failure;
    }
  } else if (Failure failure = update(context, *where.resource, ref, json_.root(), true)) {
    return failure;
  }
  if (request.method != Method::post) return render_path(context, owner, list, where.projections);
  if (!mirror) {
    each_element(json_, json_.find(*node, "add"), [&](const JsonNode& each) {
      attached.push_back(element_of(context, *path.member, each));
    });
  }
  const Value answer = one ? attached.front() : Value::values(arena_.copy(attached));
  return render(context, answer, where.projections);
}

/// Elements of a list are written where they are at home.
Failure Api::no_write_behind(const Request& request, const Place& where, const Value& owner,
                             Context& context) {
  query::Surroundings around{context.hints, context.target};
  query::Evaluator evaluator(context.view, around);
  Result<query::Outcome> found = evaluator.run(owner, where.members);
  if (!found) return std::move(found.failure);
  return found.value.found ? not_available(request, of_read_only) : not_found();
}

/// Attaches rows that name the row themselves, existing ones or new ones, and detaches others.
Failure Api::write_mirror(Context& context, const Member& member, Ref ref, const JsonNode& node,
                          bool put, std::vector<Value>& attached) {
  const Resource& resource = mirrored_resource(member);
  Result<ListChange> change = read_list_change(context, node);
  if (!change) return std::move(change.failure);
  const ListChange& what = change.value;
  RowSet kept;
  Failure failure;
  const JsonNode* add = what.replace != nullptr ? what.replace : what.add;
  each_element(json_, add, [&](const JsonNode& each) {
    if (failure) return;
    Outcome outcome;
    Result<Ref> row = upsert(context, resource, each, Method::put, outcome);
    failure = std::move(row.failure);
    if (failure) return;
    kept.add(row.value.row());
    attached.push_back(Value::entity(resource.table, row.value));
  });
  if (failure) return failure;
  const TableBase& table = store_.table(member.target);
  const auto mine = [&] { return table.find(mirrored_member(table, member), ref.value); };
  std::vector<Ref> gone;
  if (what.replace != nullptr) collect(mine(), kept, gone);
  each_element(json_, what.remove, [&](const JsonNode& each) {
    NamedRows named;
    if (!failure) failure = find_named(context, member.target, each, named);
    if (failure) return;
    for (const uint32_t row : named.rows) {
      if (mine().contains(row) && !kept.contains(row)) gone.push_back(Ref::to(row));
    }
  });
  if (failure) return failure;
  for (const Ref row : gone) {
    if (table.alive(row.row())) detach(context, member, row, ref);
  }
  if (put && !gone.empty() && !member.drop_trap.empty()) {
    context.hint(member.drop_trap, "",
                 std::to_string(gone.size()) + " that were not listed are not there any more");
  }
  return {};
}

/// Takes one element out of a list (C-51, C-36); whether there was such an element.
Result<bool> Api::detach_at(const Place& where, Ref ref, const MemberPath& path, Context& context) {
  if (where.members.size() == path.depth) return false;
  query::Surroundings around{context.hints, context.target};
  query::Evaluator evaluator(context.view, around);
  const Value owner = Value::entity(where.resource->table, ref);
  Result<query::Outcome> found = evaluator.run(owner, where.members);
  if (!found) return std::move(found.failure);
  const Value& element = found.value.value;
  const bool is_element = where.members.size() == path.depth + 1 &&
                          (element.is_text() || element.kind() == ValueKind::entity);
  if (!found.value.found || !is_element) return false;
  if (!path.member->mirrors.empty()) {
    detach(context, *path.member, Ref::to(element.row()), ref);
    return true;
  }
  Bytes change;
  change += "{\"remove\":";
  if (element.is_text()) append_json_string(change, element.text());
  if (!element.is_text()) change += reference_to(element.table(), Ref::to(element.row()));
  change += '}';
  const std::span<const Link> list = where.members.first(path.depth);
  if (Failure failure = set_member(context, where, list, ref, change.view())) return failure;
  return true;
}

}  // namespace waybill::http
