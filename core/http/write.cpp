#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "catalog/catalog.hpp"
#include "http/answer.hpp"
#include "http/refusal.hpp"
#include "query/advice.hpp"
#include "query/arguments.hpp"
#include "query/json_value.hpp"
#include "rules/list_change.hpp"
#include "stock/entries.hpp"

/// Writes: bodies, single entities and arrays of them.
namespace waybill::http {

using query::Known;
using query::Link;
using query::LinkKind;
using query::Target;

namespace {

/// H-39: JSON, or nothing said.
Failure check_content_type(const Request& request) {
  std::string type(request.header("content-type"));
  for (char& c : type) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  const size_t semicolon = type.find(';');
  std::string_view name = std::string_view(type).substr(0, semicolon);
  while (name.ends_with(' ')) name.remove_suffix(1);
  const size_t charset = type.find("charset=");
  const bool utf8 = charset == std::string::npos ||
                    std::string_view(type).substr(charset + 8).starts_with("utf-8") ||
                    std::string_view(type).substr(charset + 8).starts_with("\"utf-8\"");
  const bool json =
      name.empty() || name == "application/json" || name == "application/merge-patch+json";
  if (!request.header("content-encoding").empty()) {
    return fail(Code::unsupported_media_type, "Send the body without Content-Encoding.");
  }
  if (json && utf8) return {};
  Failure failure = fail(Code::unsupported_media_type,
                         "Content-Type '" + type.substr(0, 100) + "' is not read here.");
  failure->suggestion = "Send JSON in UTF-8 with Content-Type: application/json.";
  if (name == "application/x-www-form-urlencoded") {
    failure->suggestion +=
        " curl sends it with -H 'Content-Type: application/json', or with --json.";
  }
  return failure;
}

/// X-Transaction-Count (H-33): how many elements one transaction takes, 0 for all of them.
Result<size_t> chunk_size(const Request& request) {
  const std::string_view value = request.header("x-transaction-count");
  if (value.empty()) return limits::bulk_chunk;
  if (value == "all" || value == "-1" || value == "*") return size_t{0};
  size_t count = 0;
  for (const char c : value) {
    if (c < '0' || c > '9' || count > limits::bulk_items) count = SIZE_MAX;
    if (count == SIZE_MAX) break;
    count = count * 10 + static_cast<size_t>(c - '0');
  }
  if (count != 0 && count != SIZE_MAX) return count;
  return fail(
      Code::bad_request,
      "X-Transaction-Count is a positive number of elements, or 'all' for one transaction.");
}

}  // namespace

Failure Api::place(const Request& request, const Target& target, Context& context, Place& out) {
  query::Surroundings around{context.hints, context.target};
  query::Parameters parameters = query::read_parameters(target, context.view, around);
  if (parameters.failure) return std::move(parameters.failure);
  std::span<const Link> links = parameters.links;
  out.resource = find_resource(links[0].name);
  const bool aliased = request.method == Method::post && links.size() > 1 &&
                       links[1].kind == LinkKind::op && links[1].op == query::Op::unknown &&
                       links[1].name == out.resource->alias_operator;
  const size_t first = aliased ? 2 : 1;
  size_t end = links.size();
  while (end > first && links[end - 1].kind == LinkKind::op) --end;
  out.projections = links.subspan(end);
  for (const Link& op : out.projections) {
    if (op.op == query::Op::unknown) return unknown_operator(op);
    if (query::is_projection(op.op)) continue;
    return fail(Code::bad_request,
                "Operator '" + std::string(op.name) +
                    "' cannot follow a write; what shapes the answer can, such as ~with.");
  }
  if (Failure failure = query::check_arguments(out.projections)) return failure;
  if (end <= first + 1) {  // what a collection or an element answers
    Known known = query::known_rows(context.view, out.resource->table, out.resource->type);
    known.list = false;
    if (Failure failure = query::advise(context.view, around, target, known, out.projections)) {
      return failure;
    }
  }
  links = links.subspan(first, end - first);
  for (const Link& link : links) {
    if (link.kind == LinkKind::op) {
      return fail(Code::bad_request, "An operator cannot stand inside the path of a write.");
    }
  }
  if (!links.empty()) {
    if (links[0].kind == LinkKind::finder) return no_finder(request, *out.resource, links[0]);
    out.element = &links[0];
    out.members = links.subspan(1);
  }
  return {};
}

Failure Api::read_body(const Request& request) {
  if (Failure failure = check_content_type(request)) return failure;
  if (request.body.size() > limits::body_bytes) {
    return fail(Code::content_too_large, "The body is larger than 16 MiB.");
  }
  const bool blank = std::all_of(request.body.begin(), request.body.end(), [](char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  });
  if (blank) return fail(Code::no_request_body, "Send a JSON body.");
  if (!json_.parse(request.body)) {
    return fail(json_.fault().number_too_large ? Code::failed_coercion : Code::malformed_json,
                json_.fault().details);
  }
  return {};
}

Failure Api::write(const Request& request, const Target& target, Context& context) {
  const Resource* found = find_resource(target.links[0].name);
  if (request.method == Method::put && target.links.size() > 1 &&
      is_finder(*found, target.links[1])) {
    return find(request, target, *found, context);
  }
  Place where;
  if (Failure failure = place(request, target, context, where)) return failure;
  const Resource& resource = *where.resource;
  if (!is_actions(resource, where.members) && !resource.writable && resource.update == nullptr) {
    return not_available(request, allowed_methods(target));
  }
  Result<size_t> chunk = chunk_size(request);
  if (!chunk) return std::move(chunk.failure);
  where.chunk = chunk.value;
  response_.add_header("Content-Type", "application/json");
  if (!resource.inert_trap.empty() && request.method != Method::patch) {
    return write_nothing(request, where, context);
  }
  const bool whole = where.element == nullptr || names_change(request, where);
  Failure failure =
      whole ? write_collection(request, where, context) : write_entity(request, where, context);
  response_.body += '\n';
  return failure;
}

/// O-89: the body is read, an entity answered as it is, and nothing changes.
Failure Api::write_nothing(const Request& request, const Place& where, Context& context) {
  if (Failure failure = read_body(request)) return failure;
  context.hint(where.resource->inert_trap, "", "nothing was done: only the engine writes these");
  bool well_formed = true;
  Result<Ref> selected = where.element == nullptr
                             ? Result<Ref>(Ref{})
                             : select(context, *where.resource, *where.element, well_formed);
  if (!well_formed) return not_found();
  if (!selected) return std::move(selected.failure);
  Failure failure =
      render(context, Value::entity(where.resource->table, selected.value), where.projections);
  response_.body += '\n';
  return failure;
}

/// `PATCH …/add` of a collection is `PATCH` of it with `{"add":…}` (H-10).
bool Api::names_change(const Request& request, const Place& where) {
  return request.method == Method::patch && where.members.empty() &&
         where.element->kind == LinkKind::step && is_list_verb(where.element->name);
}

Failure Api::write_entity(const Request& request, const Place& where, Context& context) {
  const Resource& resource = *where.resource;
  const bool actions = is_actions(resource, where.members);
  bool well_formed = true;
  Result<Ref> selected = select(context, resource, *where.element, well_formed);
  if (!well_formed) return not_found();
  if (actions && request.method != Method::patch) {
    return not_available(request, of_actions);
  }
  if (where.members.empty() && request.method == Method::post) {
    return not_available(request, of_entity);
  }
  if (Failure failure = read_body(request)) return failure;
  if (!selected) return std::move(selected.failure);
  const Ref ref = selected.value;
  if (where.members.empty()) return put_or_patch(request, where, ref, context);
  if (!ref) return no_such_element(resource, *where.element);
  const Child* child = where.members.size() == 1 && request.method == Method::post
                           ? find_child(resource, where.members[0].name)
                           : nullptr;
  if (child != nullptr) return write_children(where, *child, ref, context);
  if (!actions) return write_member(request, where, ref, context);
  if (Failure failure = resource.act(context, ref, json_.root())) return failure;
  return render(context, Value::entity(resource.table, ref), where.projections);
}

/// New rows in a list of an entity: 201 with the one, 200 with all of an array (H-5, O-77).
Failure Api::write_children(const Place& where, const Child& child, Ref owner, Context& context) {
  const Resource& resource = *find_resource(child.collection);
  const JsonNode& body = json_.root();
  const auto create_one = [&](const JsonNode& node) -> Failure {
    const uint32_t before = store_.table(resource.table).size();
    Result<Body> read = Body::read(context, *resource.type, node, Body::Purpose::create);
    if (!read) return std::move(read.failure);
    Result<Ref> ref = child.create(context, owner, read.value);
    if (!ref) return std::move(ref.failure);
    const bool created = ref.value.row() >= before;
    if (created && body.type != JsonType::array) {
      response_.status = 201;
      add_location(context, resource, ref.value);
    }
    return render(context, Value::entity(resource.table, ref.value), where.projections);
  };
  if (body.type != JsonType::array) return create_one(body);
  if (body.count > limits::bulk_items) {
    return fail(Code::too_many_items,
                "An array body has at most " + std::to_string(limits::bulk_items) + " elements.");
  }
  response_.body += '[';
  for (const JsonNode* node = json_.first(body); node != nullptr; node = json_.next(*node)) {
    if (response_.body.back() != '[') response_.body += ',';
    if (Failure failure = create_one(*node)) return failure;
  }
  response_.body += ']';
  return {};
}

namespace {

/// Whether a body's identifier says something else than the URL's (H-15).
Failure check_same_identifier(Context& context, const Link& element, const JsonNode& body) {
  const bool by_key = element.kind == LinkKind::step;
  const std::string_view name = by_key ? "key" : element.name;
  const JsonNode* identifiers = context.json.find(body, "identifiers");
  const JsonNode* same = identifiers == nullptr || identifiers->type != JsonType::object
                             ? nullptr
                             : context.json.find(*identifiers, name);
  if (same == nullptr) return {};
  const std::string_view value =
      by_key ? element.name : normalized_identifier(name, element.value, context.view.arena);
  if (same->type != JsonType::null) {
    const Result<std::string_view> text = identifier_text(context, *same, name);
    if (!text || text.value == value) return {};  // what is malformed is refused later
  }
  return fail(Code::identifier_mismatch,
              "The body's " + std::string(name) + " differs from the URL's; PATCH renames.",
              context.json.path(*same));
}

}  // namespace

Failure Api::put_or_patch(const Request& request, const Place& where, Ref ref, Context& context) {
  const Resource& resource = *where.resource;
  const JsonNode& body = json_.root();
  const bool put = request.method == Method::put;
  const bool by_identifier = where.element->kind == LinkKind::keyed && where.element->name != "key";
  if (!ref && (!put || !by_identifier || !resource.writable)) {
    return no_such_element(resource, *where.element);
  }
  if (body.type != JsonType::object) return failed_coercion(context, "an object", body);
  if (put) {
    if (Failure failure = check_same_identifier(context, *where.element, body)) return failure;
  }
  if (ref) {
    if (Failure failure = update(context, resource, ref, body, !put)) return failure;
  } else {
    const std::string_view name = where.element->name;
    const std::string_view value = normalized_identifier(name, where.element->value, arena_);
    if (Failure failure = check_identifier(name, value, {})) return failure;
    const Identifiers own{{store_.intern(name), store_.intern(value)}};
    Result<Ref> created = create(context, resource, body, own);
    if (!created) return std::move(created.failure);
    ref = created.value;
    response_.status = 201;
    add_location(context, resource, ref);
  }
  return render(context, Value::entity(resource.table, ref), where.projections);
}

Failure Api::write_collection(const Request& request, const Place& where, Context& context) {
  const Resource& resource = *where.resource;
  if (!resource.writable) return not_available(request, of_read_only);
  if (Failure failure = read_body(request)) return failure;
  const JsonNode& body = json_.root();
  const bool patch = request.method == Method::patch;
  const bool named = json_.find(body, "identifiers") != nullptr;
  if (where.element != nullptr || (patch && !named && is_list_change(json_, body))) {
    return change_collection(request, where, context);
  }
  if (body.type == JsonType::array) {
    return write_chunks(request, where, body, patch ? Method::patch : Method::put, context);
  }
  if (body.type != JsonType::object) {
    return failed_coercion(context, "an object or an array of objects", body);
  }
  Outcome outcome;
  Result<Ref> ref = upsert(context, resource, body, request.method, outcome);
  if (!ref) return std::move(ref.failure);
  if (outcome == Outcome::created) {
    response_.status = 201;
    add_location(context, resource, ref.value);
  }
  return render(context, Value::entity(resource.table, ref.value), where.projections);
}

/// H-10: to add is what an array POST does; nothing else may be done to a whole collection.
Failure Api::change_collection(const Request& request, const Place& where, Context& context) {
  const JsonNode& body = json_.root();
  const bool by_path = where.element != nullptr;
  const JsonNode* add = by_path ? &body : json_.find(body, "add");
  const bool only_adds = by_path ? where.element->name == "add" : add != nullptr && body.count == 1;
  if (!only_adds) {
    return not_supported("Removing elements of a collection, or replacing them,", false);
  }
  if (add->type != JsonType::array) return failed_coercion(context, "an array of objects", *add);
  return write_chunks(request, where, *add, Method::put, context);
}

/// An array commits in chunks, one after another (H-32, H-33); the answer is written as they do.
Failure Api::write_chunks(const Request& request, const Place& where, const JsonNode& body,
                          Method method, Context& context) {
  const Resource& resource = *where.resource;
  if (body.count > limits::bulk_items) {
    return fail(Code::too_many_items,
                "An array body has at most " + std::to_string(limits::bulk_items) + " elements.");
  }
  if (body.count > limits::bulk_chunk && request.header("x-transaction-count").empty()) {
    context.hint("T-H-6", "", "several transactions: X-Transaction-Count: all makes it one");
  }
  size_t done = 0;
  size_t committed = 0;
  WriteSummary summary;
  const auto with_committed = [&](Failure failure) {
    failure->extra += ",\"committedCount\":";
    append_uint(failure->extra, committed);
    return failure;
  };
  response_.body += '[';
  for (const JsonNode* node = json_.first(body); node != nullptr; node = json_.next(*node)) {
    Outcome outcome;
    store_.watch();
    Result<Ref> ref = upsert(context, resource, *node, method, outcome);
    if (!ref) {
      if (ref.failure->path.empty()) ref.failure->path = json_.path(*node);
      return with_committed(std::move(ref.failure));
    }
    if (!store_.end_watch() && outcome == Outcome::updated) outcome = Outcome::unchanged;
    summary.count(outcome);
    if (done != 0) response_.body += ',';
    const Value entity = Value::entity(resource.table, ref.value);
    if (Failure failure = render(context, entity, where.projections)) return failure;
    if (++done - committed == where.chunk || done == body.count) {
      if (Failure failure = check_hints(request, context))
        return with_committed(std::move(failure));
      commit(context);
      store_.begin();
      committed = done;
    }
  }
  response_.body += ']';
  response_.add_header("API-Write-Summary", summary.text());
  return {};
}

std::string Api::WriteSummary::text() const {
  return "created=" + std::to_string(counts_[0]) + ", updated=" + std::to_string(counts_[1]) +
         ", unchanged=" + std::to_string(counts_[2]);
}

/// C-65.
Failure Api::reset_stock(const Request& request, Context& context) {
  if (request.method == Method::put) return not_available(request, of_method);
  if (Failure failure = read_body(request)) return failure;
  if (Failure failure = stock::reset(context, json_.root())) return failure;
  response_.add_header("Content-Type", "application/json");
  response_.body += "{\"success\":true}\n";
  return {};
}

/// `PUT /v1/new` answers its body, under the projections that follow.
Failure Api::write_utility(const Request& request, const Target& target, Context& context) {
  const Link& first = target.links[0];
  if (is_stock_reset(target.links)) return reset_stock(request, context);
  if (first.kind != LinkKind::step || !utility(context, first.name)) {
    return unknown_collection(first.name);
  }
  if (first.name != "new" || request.method != Method::put) {
    return not_available(request, first.name == "new" ? of_template : of_read_only);
  }
  if (Failure failure = read_body(request)) return failure;
  Answer answer(request, target, context, response_, use_indexes_);
  const Value body = query::value_of_json(context.view, json_, json_.root());
  return answer.write(body, query::known_value(context.view, body), answer.links().subspan(1));
}

/// H-24: `key`, else the special identifier, else the first well-formed namespaced key selects.
Result<Ref> Api::select_by_body(Context& context, const Resource& resource, const JsonNode& body) {
  const JsonNode* identifiers = json_.find(body, "identifiers");
  if (identifiers == nullptr || identifiers->type != JsonType::object) return Ref{};
  if (Failure failure = check_identifier_count(context, *identifiers)) return failure;
  const auto find_set = [&](std::string_view name) -> const JsonNode* {
    const JsonNode* own = name.empty() ? nullptr : json_.find(*identifiers, name);
    return own != nullptr && own->type != JsonType::null ? own : nullptr;
  };
  const JsonNode* chosen = find_set("key");
  if (chosen == nullptr) chosen = find_set(resource.special);
  for (const JsonNode* own = json_.first(*identifiers); own != nullptr && chosen == nullptr;
       own = json_.next(*own)) {
    if (is_namespaced_key(own->key) && own->type != JsonType::null) chosen = own;
  }
  if (chosen == nullptr) return Ref{};
  Result<std::string_view> value = identifier_text(context, *chosen, chosen->key);
  if (!value) return std::move(value.failure);
  Link element;
  element.kind = LinkKind::keyed;
  element.name = chosen->key;
  element.value = value.value;
  bool well_formed = true;
  Result<Ref> found = select(context, resource, element, well_formed);
  if (!found || !found.value) return found;
  const Value stored = Value::identifiers(resource.table, found.value.row());
  for (const JsonNode* other = json_.first(*identifiers); other != nullptr;
       other = json_.next(*other)) {
    if (other == chosen || other->key.starts_with('@')) continue;
    bool declared;
    const Value mine = context.view.member(stored, other->key, declared);
    if (!mine.is_text() || other->type == JsonType::null) continue;
    const Result<std::string_view> theirs = identifier_text(context, *other, other->key);
    if (theirs && mine.text() == theirs.value) continue;
    Failure failure = fail(Code::identifier_contradiction,
                           "The one found by " + std::string(chosen->key) + " carries another " +
                               std::string(other->key) + "; use PUT " +
                               std::string(resource.collection) + "/{key}={value}.",
                           json_.path(*other));
    add_conflicting_resource(context, *failure, resource.collection, resource.table,
                             found.value.row());
    return failure;
  }
  return found;
}

Result<Ref> Api::upsert(Context& context, const Resource& resource, const JsonNode& body,
                        Method method, Outcome& outcome) {
  if (body.type != JsonType::object) return failed_coercion(context, "an object", body);
  if (resource.finds_repeats && method != Method::patch) {
    const uint32_t before = store_.table(resource.table).size();
    Result<Ref> ref = create(context, resource, body, {});
    if (ref) outcome = ref.value.row() >= before ? Outcome::created : Outcome::unchanged;
    return ref;
  }
  Result<Ref> found = select_by_body(context, resource, body);
  if (!found) return found;
  if (!found.value) {
    if (method == Method::patch) {
      return fail(Code::failed_indexing, "The identifiers name nothing, and PATCH never creates.",
                  json_.path(body, "identifiers"));
    }
    const JsonNode* identifiers = json_.find(body, "identifiers");
    const JsonNode* key = identifiers != nullptr && identifiers->type == JsonType::object
                              ? json_.find(*identifiers, "key")
                              : nullptr;
    if (key != nullptr && key->type != JsonType::null) {
      return fail(Code::failed_indexing, "No such key; keys are given by the engine.",
                  json_.path(*key));
    }
    outcome = Outcome::created;
    return create(context, resource, body, {});
  }
  if (method == Method::post) {
    Failure failure =
        fail(Code::already_exists, "There is already one with these identifiers; PUT updates.",
             json_.path(body, "identifiers"));
    add_conflicting_resource(context, *failure, resource.collection, resource.table,
                             found.value.row());
    return failure;
  }
  outcome = Outcome::updated;
  if (Failure failure = update(context, resource, found.value, body, method == Method::patch)) {
    return failure;
  }
  return found.value;
}

Result<Ref> Api::create(Context& context, const Resource& resource, const JsonNode& body,
                        const Identifiers& path_identifiers) {
  const Type* type = resource.type;
  if (type == nullptr) {  // `agents`: the body says which of the three
    const JsonNode* named = json_.find(body, "@type");
    for (const Type* each : {&person_type, &company_type, &store_type}) {
      if (named != nullptr && named->text == each->name) type = each;
    }
    if (type == nullptr) {
      return fail(Code::missing_required_field,
                  "'@type' is required here: person, company or store.", "@type");
    }
  }
  Result<Body> read = Body::read(context, *type, body, Body::Purpose::create);
  if (!read) return std::move(read.failure);
  if (resource.create != nullptr) return resource.create(context, read.value, path_identifiers);
  const uint32_t row = store_.insert_default(resource.table);
  const Ref ref = Ref::to(row);
  Failure failure;
  store_.update_row(resource.table, row, [&](void* data) {
    if (resource.table == TableId::agents) {
      static_cast<Agent*>(data)->kind = static_cast<uint32_t>(kind_of(*type));
    }
    auto& identifiers = field<Identifiers>(data, type->members[0]);
    identifiers = path_identifiers;
    failure =
        assign_identifiers(context, read.value, resource.special, resource.table, ref, identifiers);
    if (!failure) failure = assign_members(context, read.value, data, true);
  });
  if (failure) return failure;
  if (Failure late = catalog::settle(context, resource.table, ref, read.value, true)) return late;
  return ref;
}

Failure Api::update(Context& context, const Resource& resource, Ref ref, const JsonNode& body,
                    bool patch) {
  const Type& type = context.view.type_of(resource.table, ref.row());
  Result<Body> read = Body::read(context, type, body, Body::Purpose::update);
  if (!read) return std::move(read.failure);
  if (resource.update != nullptr) return resource.update(context, ref, read.value, patch);
  Failure failure;
  store_.update_row(resource.table, ref.row(), [&](void* data) {
    failure = assign_identifiers(context, read.value, resource.special, resource.table, ref,
                                 field<Identifiers>(data, type.members[0]));
    if (!failure) failure = assign_members(context, read.value, data, false);
  });
  if (failure) return failure;
  return catalog::settle(context, resource.table, ref, read.value, false);
}

void Api::add_location(const Context& context, const Resource& resource, Ref ref) {
  Bytes& headers = response_.headers;
  headers += "Location: ";
  headers += context.root;
  headers += resource.collection;
  headers += '/';
  keys_.append(headers, resource.table, ref.row());
  headers += '\n';
}

}  // namespace waybill::http
