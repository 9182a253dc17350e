#include "http/api.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "catalog/catalog.hpp"
#include "orders/orders.hpp"
#include "query/declared.hpp"

namespace waybill::http {

using query::Link;
using query::LinkKind;
using query::Shape;
using query::Target;

namespace {

Failure not_found(std::string details = {}) {
  return fail(Code::not_found, std::move(details));
}

/// An element segment that is well-formed, but names nothing.
Failure no_such_element(const Resource& resource, const Link& element) {
  const bool by_key = element.kind == LinkKind::step;
  return not_found("None of " + std::string(resource.collection) + " has " +
                   (by_key ? "the key" : std::string(element.name) + "=") +
                   (by_key ? " " + std::string(element.name) : std::string(element.value)) + ".");
}

// What may be done where (H-5). DELETE answers everywhere, though it may remove nothing (H-12).
constexpr std::string_view of_collection = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
constexpr std::string_view of_entity = "GET, HEAD, PUT, PATCH, DELETE, OPTIONS";
constexpr std::string_view of_actions = "GET, HEAD, PATCH, OPTIONS";
constexpr std::string_view of_read_only = "GET, HEAD, DELETE, OPTIONS";

/// Whether the members behind an element are its actions, and it has some.
bool is_actions(const Resource& resource, std::span<const Link> members) {
  return resource.act != nullptr && members.size() == 1 && members[0].name == "actions";
}

std::string_view allowed_methods(const Target& target) {
  const Resource* resource = target.links.empty() ? nullptr : find_resource(target.links[0].name);
  if (resource == nullptr) return of_read_only;
  if (target.links.size() == 1) return resource->writable ? of_collection : of_read_only;
  if (is_actions(*resource, target.links.subspan(2))) return of_actions;
  return resource->writable || resource->update != nullptr ? of_entity : of_read_only;
}

Failure not_available(const Request& request, std::string_view allow) {
  Failure failure = fail(Code::method_not_available,
                         "Method " + std::string(request.method_name()) +
                             " is not available here; these are: " + std::string(allow) + ".");
  failure->allow = allow;
  return failure;
}

Failure syntax_failure(const Request& request, const query::ParseResult& parsed) {
  switch (parsed.fault) {
    case query::SyntaxFault::not_found:
      return not_found(parsed.message);
    case query::SyntaxFault::too_complex:
      return fail(Code::query_too_complex, parsed.message);
    default:
      break;
  }
  Failure failure = fail(Code::invalid_uri_syntax, parsed.message);
  const auto add = [&](std::string_view name, std::string_view text) {
    failure->extra += ",\"";
    failure->extra += name;
    failure->extra += "\":";
    append_json_string(failure->extra,
                       text.substr(0, find_invalid_utf8(text).value_or(text.size())));
  };
  add("uri", request.target);
  const uint32_t end =
      std::min<uint32_t>(parsed.span.end, static_cast<uint32_t>(request.target.size()));
  const uint32_t begin = std::min(parsed.span.begin, end);
  add("invalidSection", request.target.substr(begin, end - begin));
  return failure;
}

Failure unknown_collection(std::string_view name) {
  if (is_planned(name)) {
    return not_supported("Collection '" + std::string(name) + "'", true);
  }
  Failure failure = not_found("Collection '" + std::string(name) + "' is not supported");
  if (name == "customers" || name == "suppliers" || name == "carriers") {
    failure->suggestion = "These are roles of agents: see people, companies and stores.";
  }
  return failure;
}

/// Members of a collection itself.
bool is_size(const Link& link) {
  return link.kind == LinkKind::step && (link.name == "count" || link.name == "length");
}
/// Its time windows and dynamic properties.
bool is_planned_view(const Link& link) {
  const std::string_view name = link.name.substr(0, link.name.find('('));
  return link.kind == LinkKind::step &&
         (name == "after" || name == "before" || name == "properties");
}

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

/// Traps that strict handling lets pass (H-94).
bool is_hint_only(std::string_view id) {
  return id == "T-O-14" || id == "T-O-17" || id == "T-C-5" || id == "T-C-6" || id == "T-C-7" ||
         id == "T-C-15";
}

/// Under `handling=strict` a hint is an error, before anything is committed (H-94, H-95).
Failure check_hints(const Request& request, const Context& context) {
  const bool any = std::any_of(context.hints.begin(), context.hints.end(),
                               [](const Hint& hint) { return !is_hint_only(hint.id); });
  if (!any || !is_strict(request)) return {};
  const bool overpaid = std::any_of(context.hints.begin(), context.hints.end(),
                                    [](const Hint& hint) { return hint.id == "T-O-19"; });
  Failure failure = fail(overpaid ? Code::invalid_amount : Code::strict_handling,
                         "Prefer: handling=strict turns hints into errors: see 'hints'.");
  Bytes& extra = failure->extra;
  extra += ",\"hints\":[";
  for (const Hint& hint : context.hints) {
    for (const Hint::Place& place : hint.places) {
      if (extra.back() != '[') extra += ',';
      extra += "{\"id\":\"";
      extra += hint.id;
      extra += "\",\"at\":";
      append_json_string(extra, place.at);
      extra += ",\"message\":";
      append_json_string(extra, place.message);
      extra += '}';
    }
  }
  extra += ']';
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

const Response& Api::handle(const Request& request, Instant now) {
  arena_.reset();
  response_.clear();
  Context context(store_, keys_, arena_, json_, now);
  if (request.target.starts_with("/api/")) context.root = "/api/v1/";
  store_.begin();
  Failure failure = run(request, context);
  const bool refused = static_cast<bool>(failure);
  if (!failure) failure = check_hints(request, context);
  if (failure) {
    store_.roll_back();
    write_error(response_, request, *failure);  // without hints: what they tell of did not happen
    if (!refused || failure->code == Code::strict_handling) {
      response_.add_header("Preference-Applied", "handling=strict");
    }
  } else {
    commit(context);
    add_hints_header(response_, context.hints);
  }
  if (request.method == Method::head) {  // as GET, without the body
    response_.add_header("Content-Length", std::to_string(response_.body.size()));
    response_.body.clear();
  }
  return response_;
}

Failure Api::run(const Request& request, Context& context) {
  if (request.target.size() > limits::target_bytes) {
    return fail(Code::uri_too_long, "URL longer than 8192 bytes");
  }
  if (!accepts_json(request.header("accept"))) {
    return fail(Code::not_acceptable, "This version serves application/json.");
  }
  const query::ParseResult parsed = parser_.parse(request.target);
  if (request.method == Method::options) {
    response_.status = 204;
    response_.add_header("Allow", allowed_methods(parsed.target));
    return {};
  }
  const bool readable = parsed.fault == query::SyntaxFault::none ||
                        parsed.fault == query::SyntaxFault::not_found;  // H-12: DELETE is never 404
  if (request.method == Method::delete_ && readable) return remove(request, parsed.target, context);
  if (parsed.fault != query::SyntaxFault::none) return syntax_failure(request, parsed);
  const std::span<const Link> links = parsed.target.links;
  if (links.empty()) return not_found("Say a collection, such as /v1/trade-orders.");
  if (links[0].kind != LinkKind::step || find_resource(links[0].name) == nullptr) {
    return unknown_collection(links[0].name);
  }
  if (Failure failure = query::check_available(parsed.target, request.target)) return failure;
  switch (request.method) {
    case Method::get:
    case Method::head:
      return read(parsed.target, context);
    case Method::post:
    case Method::put:
    case Method::patch:
      return write(request, parsed.target, context);
    default:
      return not_available(request, allowed_methods(parsed.target));
  }
}

void Api::commit(Context& context) {
  for (const Ref item : context.view.priced_items) orders::price_item(context, item);
  context.view.priced_items.clear();
  store_.commit(context.now);
}

// Reading

Failure Api::read(const Target& target, Context& context) {
  query::Evaluator evaluator(context.view);
  const Resource& resource = *find_resource(target.links[0].name);
  std::span<const Link> rest = target.links.subspan(1);
  if (!rest.empty() && is_planned_view(rest[0])) {
    return not_supported("'/" + std::string(rest[0].name) + "' of a collection", true);
  }
  Value start =
      Value::rows(resource.table, resource.table == TableId::agents ? resource.type : nullptr);
  if (!rest.empty() && rest[0].kind != LinkKind::op && !is_size(rest[0])) {
    bool well_formed = true;
    Result<Ref> selected = select(context, resource, rest[0], well_formed);
    if (!selected) return std::move(selected.failure);
    if (!selected.value) return well_formed ? no_such_element(resource, rest[0]) : not_found();
    start = Value::entity(resource.table, selected.value);
    rest = rest.subspan(1);
  }
  Result<query::Outcome> outcome = evaluator.run(start, rest);
  if (!outcome) return std::move(outcome.failure);
  if (!outcome.value.found) {
    const Link* unknown = outcome.value.unknown_operator;
    return not_found(unknown == nullptr ? ""
                                        : "Unknown operator '" + std::string(unknown->name) + "'");
  }
  response_.add_header("Content-Type", "application/json");
  if (Failure failure = render(context, outcome.value.value, outcome.value.shape)) return failure;
  response_.body += '\n';
  return {};
}

Failure Api::render(Context& context, const Value& value, Shape shape) {
  query::Evaluator evaluator(context.view);
  query::Renderer(evaluator, response_.body).write(value, shape);
  return evaluator.take_failure();
}

Result<Ref> Api::select(Context& context, const Resource& resource, const Link& element,
                        bool& well_formed) {
  const TableBase& table = store_.table(resource.table);
  const auto shown = [&](uint32_t row) {
    return table.alive(row) && (resource.table != TableId::agents || resource.type == nullptr ||
                                &context.view.type_of(resource.table, row) == resource.type);
  };
  const bool by_key =
      element.kind == LinkKind::step || (element.kind == LinkKind::keyed && element.name == "key");
  if (by_key) {
    const auto row =
        keys_.row(resource.table, element.kind == LinkKind::step ? element.name : element.value);
    well_formed = element.kind == LinkKind::keyed || row.has_value();
    return row && shown(*row) ? Ref::to(*row) : Ref{};
  }
  const bool special = !resource.special.empty() && element.name == resource.special;
  if (element.kind != LinkKind::keyed || (!special && !is_namespaced_key(element.name))) {
    well_formed = false;
    return Ref{};
  }
  const std::string_view value = normalized_identifier(element.name, element.value, arena_);
  const Strings& strings = store_.strings();
  Ref found;
  for (const uint32_t row :
       table.find_identifier(strings.find(element.name), strings.find(value))) {
    if (!shown(row)) continue;
    if (found) {
      Failure failure =
          fail(Code::ambiguous_identifier, "Several of " + std::string(resource.collection) +
                                               " carry " + std::string(element.name) + "=" +
                                               std::string(value) + "; use ~where, or the key.");
      add_conflicting_resource(context, *failure, resource.collection, resource.table, found.row());
      return failure;
    }
    found = Ref::to(row);
  }
  return found;
}

// Writing

Failure Api::place(const Target& target, Place& out) {
  std::span<const Link> links = target.links;
  out.resource = find_resource(links[0].name);
  size_t end = links.size();
  while (end > 1 && links[end - 1].kind == LinkKind::op) --end;
  out.projections = links.subspan(end);
  for (const Link& op : out.projections) {
    if (op.op == query::Op::unknown) {
      return not_found("Unknown operator '" + std::string(op.name) + "'");
    }
    if (query::is_projection(op.op)) continue;
    return fail(Code::bad_request, "Operator '" + std::string(op.name) +
                                       "' cannot follow a write; ~with and ~just can.");
  }
  if (Failure failure = query::check_arguments(out.projections)) return failure;
  links = links.subspan(1, end - 1);
  for (const Link& link : links) {
    if (link.kind == LinkKind::op) {
      return fail(Code::bad_request, "An operator cannot stand inside the path of a write.");
    }
  }
  if (!links.empty()) {
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
  Place where;
  if (Failure failure = place(target, where)) return failure;
  const Resource& resource = *where.resource;
  if (!is_actions(resource, where.members) && !resource.writable && resource.update == nullptr) {
    return not_available(request, allowed_methods(target));
  }
  Result<size_t> chunk = chunk_size(request);
  if (!chunk) return std::move(chunk.failure);
  where.chunk = chunk.value;
  response_.add_header("Content-Type", "application/json");
  Failure failure = where.element == nullptr ? write_collection(request, where, context)
                                             : write_entity(request, where, context);
  response_.body += '\n';
  return failure;
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
  if (!actions) return write_member(request, where, ref, context);
  if (Failure failure = resource.act(context, ref, json_.root())) return failure;
  return render(context, Value::entity(resource.table, ref), where.projections);
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

namespace {

/// What a path of members leads to, as far as writing it goes (H-5).
enum class Leads : uint8_t { nowhere, to_setter, to_read_only, to_list, to_planned };

Leads where_leads(const Type& type, std::span<const Link> path) {
  const Type* owner = &type;
  for (size_t i = 0; i < path.size(); ++i) {
    const bool last = i + 1 == path.size();
    const Member* member = path[i].kind == LinkKind::step ? owner->find(path[i].name) : nullptr;
    if (member == nullptr) return Leads::nowhere;
    if (member->planned) return Leads::to_planned;
    const bool fixed = member->access == Access::read_only || member->access == Access::create;
    if (i == 0 && fixed) return Leads::to_read_only;
    switch (member->kind) {
      case Kind::refs:
      case Kind::objects:
      case Kind::texts:
        return Leads::to_list;
      case Kind::identifiers:
        if (last) return Leads::to_setter;
        if (path[i + 1].name == "key") return Leads::to_read_only;
        return i + 2 == path.size() && query::is_identifier_name(path[i + 1].name)
                   ? Leads::to_setter
                   : Leads::nowhere;
      case Kind::object:
        owner = member->of;
        break;
      default:
        if (!last) return Leads::to_planned;
    }
  }
  return Leads::to_setter;
}

Failure member_not_supported(std::string_view verb, const Link& member) {
  Failure failure = not_supported(
      std::string(verb) + " '" + std::string(member.name) + "' by its own path", true);
  failure->suggestion = "PATCH the whole resource.";
  return failure;
}

}  // namespace

/// Writes of one member: scalars and objects by the same rules as the whole entity (H-5).
Failure Api::write_member(const Request& request, const Place& where, Ref ref, Context& context) {
  const Resource& resource = *where.resource;
  const Link& link = where.members[0];
  if (resource.table == TableId::trade_orders && link.name == "items") {
    return write_items(request, where, ref, context);
  }
  switch (where_leads(context.view.type_of(resource.table, ref.row()), where.members)) {
    case Leads::nowhere:
      return not_found();
    case Leads::to_read_only:
      return not_available(request, of_read_only);
    case Leads::to_list:
    case Leads::to_planned:
      return member_not_supported("Writing", link);
    case Leads::to_setter:
      if (request.method == Method::post) return not_available(request, of_entity);
  }
  Bytes value;
  json_.append(value, json_.root());
  if (Failure failure = set_member(context, where, ref, value.view())) return failure;
  return render_path(context, Value::entity(resource.table, ref), where.members, where.projections);
}

/// The member becomes a body of its own, so that one way of writing serves both.
Failure Api::set_member(Context& context, const Place& where, Ref ref, std::string_view value) {
  Bytes body;
  for (const Link& link : where.members) {
    body += '{';
    append_json_string(body, link.name);
    body += ':';
  }
  body += value;
  for (size_t i = 0; i < where.members.size(); ++i) body += '}';
  if (!json_.parse(body.view())) return fail(Code::malformed_json, json_.fault().details);
  return update(context, *where.resource, ref, json_.root(), true);
}

/// The lines of an order do not change, save what a PATCH of one may (O-17, O-18).
Failure Api::write_items(const Request& request, const Place& where, Ref order, Context& context) {
  const Value owner = Value::entity(TableId::trade_orders, order);
  query::Evaluator evaluator(context.view);
  Result<query::Outcome> found = evaluator.run(owner, where.members);
  if (!found) return std::move(found.failure);
  const Value& value = found.value.value;
  if (!found.value.found) return not_found();
  const bool is_line = value.kind() == ValueKind::entity && where.members.size() == 2;
  if (is_line && request.method != Method::post) {
    const Resource& lines = *find_resource(reference_info(value.table()).collection);
    const bool patch = request.method == Method::patch;
    if (Failure failure = update(context, lines, Ref::to(value.row()), json_.root(), patch)) {
      return failure;
    }
  } else {
    context.hint("T-O-3", "items", "the lines of an order do not change");
  }
  return render_path(context, owner, where.members, where.projections);
}

/// What a path leads to now.
Failure Api::render_path(Context& context, const Value& owner, std::span<const Link> path,
                         Shape shape) {
  query::Evaluator evaluator(context.view);
  Result<query::Outcome> found = evaluator.run(owner, path);
  if (!found) return std::move(found.failure);
  return render(context, found.value.value, shape);
}

Failure Api::write_collection(const Request& request, const Place& where, Context& context) {
  const Resource& resource = *where.resource;
  if (!resource.writable) return not_available(request, of_read_only);
  if (Failure failure = read_body(request)) return failure;
  const JsonNode& body = json_.root();
  if (body.type == JsonType::array) return write_chunks(request, where, context);
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

/// An array commits in chunks, one after another (H-32, H-33); the answer is written as they do.
Failure Api::write_chunks(const Request& request, const Place& where, Context& context) {
  const Resource& resource = *where.resource;
  const JsonNode& body = json_.root();
  if (body.count > limits::bulk_items) {
    return fail(Code::too_many_items,
                "An array body has at most " + std::to_string(limits::bulk_items) + " elements.");
  }
  if (body.count > limits::bulk_chunk && request.header("x-transaction-count").empty()) {
    context.hint("T-H-6", "", "several transactions: X-Transaction-Count: all makes it one");
  }
  const Method method = request.method == Method::post ? Method::put : request.method;
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
      static_cast<Agent*>(data)->kind =
          static_cast<uint32_t>(type == &person_type    ? AgentKind::person
                                : type == &company_type ? AgentKind::company
                                                        : AgentKind::store);
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

/// H-12: always 200 with a count, an unknown collection without a body.
Failure Api::remove(const Request& request, const Target& target, Context& context) {
  const Resource* resource = target.links.empty() ? nullptr : find_resource(target.links[0].name);
  if (resource == nullptr) return {};
  const std::span<const Link> rest = target.links.subspan(1);
  if (!rest.empty() && is_actions(*resource, rest.subspan(1))) {
    return not_available(request, of_actions);
  }
  const bool plain = std::none_of(rest.begin(), rest.end(),
                                  [](const Link& link) { return link.kind == LinkKind::op; });
  bool removed = false;
  if (plain && !rest.empty()) {
    Result<bool> done = remove_at({resource, &rest[0], rest.subspan(1)}, context);
    if (!done) return std::move(done.failure);
    removed = done.value;
  }
  if (!removed) context.hint("T-H-4", "", "nothing was removed");
  response_.add_header("Content-Type", "application/json");
  response_.body += removed ? "{\"deletedCount\":1,\"info\":\"Deleted 1 items\"}\n"
                            : "{\"deletedCount\":0,\"info\":\"Nothing happened\"}\n";
  return {};
}

/// Purges an entity that may be, or clears a member (H-5); whether it did.
Result<bool> Api::remove_at(const Place& where, Context& context) {
  const Resource& resource = *where.resource;
  bool well_formed = true;
  Result<Ref> selected = select(context, resource, *where.element, well_formed);
  if (!selected) return std::move(selected.failure);
  const Ref ref = selected.value;
  if (!ref) return false;
  if (where.members.empty()) return resource.purge != nullptr && resource.purge(context, ref);
  if (!resource.writable && resource.update == nullptr) return false;
  switch (where_leads(context.view.type_of(resource.table, ref.row()), where.members)) {
    case Leads::to_setter:
      break;
    case Leads::to_list:
      if (where.members.size() == 1) return false;
      return member_not_supported("Removing from", where.members[0]);
    case Leads::to_planned:
      return member_not_supported("Clearing", where.members[0]);
    default:
      return false;
  }
  const bool all_identifiers = where.members.size() == 1 && where.members[0].name == "identifiers";
  if (all_identifiers) return false;
  if (Failure failure = set_member(context, where, ref, "null")) return failure;
  return true;
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
