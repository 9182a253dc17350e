#include "http/api.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "catalog/catalog.hpp"
#include "orders/orders.hpp"

namespace waybill::http {

using query::Link;
using query::LinkKind;
using query::Shape;
using query::Target;

namespace {

Failure not_found(std::string details = {}) {
  return fail(Code::not_found, std::move(details));
}

Failure not_available(Method method, std::string allow) {
  Failure failure =
      fail(Code::method_not_available, "Method " + std::string(method_name(method)) +
                                           " is not available here; these are: " + allow + ".");
  failure->allow = std::move(allow);
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
    failure->extra += ",\"" + std::string(name) + "\":";
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
    return fail(Code::not_supported, "Collection '" + std::string(name) + "' is not available yet");
  }
  Failure failure = not_found("Collection '" + std::string(name) + "' is not supported");
  if (name == "customers" || name == "suppliers" || name == "carriers") {
    failure->suggestion = "These are roles of agents: see people, companies and stores.";
  }
  return failure;
}

bool is_projection(query::Op op) {
  return op == query::Op::with || op == query::Op::with_all || op == query::Op::just;
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
  if (json && utf8 && request.header("content-encoding").empty()) return {};
  return fail(Code::unsupported_media_type,
              "The body has to be application/json in UTF-8, without Content-Encoding.");
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
  failure->extra = ",\"hints\":[";
  for (const Hint& hint : context.hints) {
    if (failure->extra.back() != '[') failure->extra += ',';
    failure->extra += "{\"id\":\"" + std::string(hint.id) + "\",\"at\":";
    append_json_string(failure->extra, hint.at);
    failure->extra += ",\"message\":";
    append_json_string(failure->extra, hint.message);
    failure->extra += '}';
  }
  failure->extra += ']';
  return failure;
}

}  // namespace

Response Api::handle(const Request& request, Instant now) {
  arena_.reset();
  Context context(store_, keys_, arena_, json_, now);
  Response response;
  const auto run = [&]() -> Failure {
    if (request.target.size() > limits::target_bytes) {
      return fail(Code::uri_too_long, "URL longer than 8192 bytes");
    }
    if (!accepts_json(request.header("accept"))) {
      return fail(Code::not_acceptable, "This version serves application/json.");
    }
    const query::ParseResult parsed = parser_.parse(request.target);
    if (request.method == Method::options) {
      response.status = 204;
      response.headers = "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\n";
      return {};
    }
    if (request.method == Method::delete_ && parsed.fault == query::SyntaxFault::none) {
      return remove(request, parsed.target, context, response);
    }
    if (parsed.fault != query::SyntaxFault::none) return syntax_failure(request, parsed);
    if (parsed.target.links.empty()) {
      return not_found("Say a collection, such as /v1/trade-orders.");
    }
    const Link& first = parsed.target.links[0];
    if (first.kind != LinkKind::step || find_resource(first.name) == nullptr) {
      return unknown_collection(first.name);
    }
    if (Failure failure = query::check_available(parsed.target)) return failure;
    switch (request.method) {
      case Method::get:
      case Method::head:
        return read(parsed.target, context, response);
      case Method::post:
      case Method::put:
      case Method::patch:
        return write(request, parsed.target, context, response);
      default:
        return not_available(request.method, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    }
  };
  const bool writes = request.method != Method::get && request.method != Method::head;
  if (writes) store_.begin();
  Failure failure = run();
  const bool refused_before = static_cast<bool>(failure);
  if (!failure) failure = check_hints(request, context);
  if (writes && failure) store_.roll_back();
  if (writes && !failure) store_.commit(now);
  if (failure) {
    response = {};
    write_error(response, request, *failure);
    if (!refused_before || failure->code == Code::strict_handling) {
      response.headers += "Preference-Applied: handling=strict\n";
    }
  }
  append_hints_header(response.headers, context.hints);
  if (request.method == Method::head) response.body.clear();
  return response;
}

// Reading

Failure Api::read(const Target& target, Context& context, Response& response) {
  const View view(store_, keys_, arena_);
  query::Evaluator evaluator(view);
  const Resource& resource = *find_resource(target.links[0].name);
  std::span<const Link> rest = target.links.subspan(1);
  Value start{.kind = ValueKind::list, .list = ListKind::rows, .table = resource.table};
  start.type = resource.table == TableId::agents ? resource.type : nullptr;
  const bool member = !rest.empty() && rest[0].kind == LinkKind::step &&
                      (rest[0].name == "count" || rest[0].name == "length");
  if (!rest.empty() && rest[0].kind != LinkKind::op && !member) {
    bool well_formed = true;
    Result<Ref> selected = select(resource, rest[0], well_formed);
    if (!selected) return std::move(selected.failure);
    if (!selected.value) return not_found();
    start = Value::entity(resource.table, selected.value);
    rest = rest.subspan(1);
    if (resource.table ==
        TableId::trade_orders) {  // an open line is priced by the next read (O-35)
      store_.begin();
      orders::price_order(context, selected.value);
      store_.commit(context.now);
    }
    if (resource.act != nullptr && resource.table == TableId::trade_orders && rest.size() == 1 &&
        rest[0].kind == LinkKind::step && rest[0].name == "actions") {
      response.headers = "Content-Type: application/json\n";
      response.body = orders::available_actions(context, selected.value) + "\n";
      return {};
    }
  }
  Result<query::Outcome> outcome = evaluator.run(start, rest, query::Mode::path);
  if (!outcome) return std::move(outcome.failure);
  if (!outcome.value.found) return not_found(outcome.value.details);
  response.headers = "Content-Type: application/json\n";
  if (Failure failure = render(outcome.value.value, outcome.value.shape, response.body)) {
    return failure;
  }
  response.body += '\n';
  return {};
}

Failure Api::render(const Value& value, const Shape& shape, std::string& out) {
  const View view(store_, keys_, arena_);
  query::Evaluator evaluator(view);
  query::Renderer renderer(evaluator, out);
  renderer.write(value, shape);
  if (!renderer.too_large()) return {};
  return fail(Code::result_too_large, "Result too large: narrow it with ~take or ~just");
}

Failure Api::render_entity(const Resource& resource, Ref ref, std::span<const Link> ops,
                           std::string& out) {
  Shape shape;
  for (const Link& op : ops) shape.push_back(&op);
  return render(Value::entity(resource.table, ref), shape, out);
}

Result<Ref> Api::select(const Resource& resource, const Link& element, bool& well_formed) {
  const TableBase& table = store_.table(resource.table);
  const View view(store_, keys_, arena_);
  const auto shown = [&](uint32_t row) {
    return table.alive(row) && (resource.table != TableId::agents || resource.type == nullptr ||
                                &view.type_of(resource.table, row) == resource.type);
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
  std::string value(element.value);
  if (element.name == "percentage") {
    if (const auto number = Decimal::parse(value)) value = number->str();
  }
  const Strings& strings = store_.strings();
  Ref found;
  for (const uint32_t row :
       table.find_identifier(strings.find(element.name), strings.find(value))) {
    if (!shown(row)) continue;
    if (found) {
      return fail(Code::ambiguous_identifier, "Several of " + std::string(resource.collection) +
                                                  " carry " + std::string(element.name) + "=" +
                                                  value + "; use ~where, or the key.");
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
    if (is_projection(op.op)) continue;
    return fail(Code::bad_request, "Operator '" + std::string(op.name) +
                                       "' cannot follow a write; ~with and ~just can.");
  }
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

Failure Api::write(const Request& request, const Target& target, Context& context,
                   Response& response) {
  Place where;
  if (Failure failure = place(target, where)) return failure;
  const bool actions = where.members.size() == 1 && where.members[0].name == "actions" &&
                       where.resource->act != nullptr;
  if (!actions && !where.resource->writable && where.resource->update == nullptr) {
    return not_available(request.method, "GET, HEAD, OPTIONS");
  }
  if (where.element == nullptr) return write_collection(request, where, context, response);
  return write_entity(request, where, context, response);
}

Failure Api::write_entity(const Request& request, const Place& where, Context& context,
                          Response& response) {
  const Resource& resource = *where.resource;
  const bool actions =
      where.members.size() == 1 && where.members[0].name == "actions" && resource.act != nullptr;
  bool well_formed = true;
  Result<Ref> selected = select(resource, *where.element, well_formed);
  if (!well_formed) return not_found();
  if (actions && request.method != Method::patch) {
    return not_available(request.method, "GET, HEAD, PATCH, OPTIONS");
  }
  if (where.members.empty() && request.method == Method::post) {
    return not_available(request.method, "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
  }
  if (Failure failure = read_body(request)) return failure;
  if (!selected) return std::move(selected.failure);
  Ref ref = selected.value;
  const bool put = request.method == Method::put;
  const bool by_identifier = where.element->kind == LinkKind::keyed && where.element->name != "key";
  if (!ref && (!put || !by_identifier || !where.members.empty() || !resource.writable)) {
    return not_found();
  }
  const JsonNode& body = json_.root();
  response.headers = "Content-Type: application/json\n";
  if (!where.members.empty()) {
    if (!actions) return write_member(request, where, ref, context, response);
    if (Failure failure = resource.act(context, ref, body)) return failure;
  } else if (body.type != JsonType::object) {
    return failed_coercion(context, "an object", body, "");
  } else {
    const JsonNode* identifiers = json_.find(body, "identifiers");
    const JsonNode* same = put && by_identifier && identifiers != nullptr
                               ? json_.find(*identifiers, where.element->name)
                               : nullptr;
    if (same != nullptr && same->type != JsonType::null) {
      Result<std::string> text = identifier_text(*same, where.element->name, "identifiers");
      std::string path_value(where.element->value);
      if (where.element->name == "percentage") {
        if (const auto number = Decimal::parse(path_value)) path_value = number->str();
      }
      if (text && text.value != path_value) {
        return fail(Code::identifier_mismatch,
                    "The body's " + std::string(where.element->name) +
                        " differs from the URL's; PATCH renames.",
                    "identifiers/" + std::string(where.element->name));
      }
    }
    if (ref) {
      if (Failure failure = update(context, resource, ref, body, !put)) return failure;
    } else {
      std::string value(where.element->value);
      if (value.empty() || value.size() > limits::identifier_value_chars) {
        return fail(Code::invalid_identifier,
                    "An identifier's value is a text of 1 to 512 characters.");
      }
      Identifiers own{{store_.intern(where.element->name), store_.intern(value)}};
      Result<Ref> created = create(context, resource, body, own);
      if (!created) return std::move(created.failure);
      ref = created.value;
      response.status = 201;
      set_location(response, request, resource, ref);
    }
  }
  if (Failure failure = render_entity(resource, ref, where.projections, response.body)) {
    return failure;
  }
  response.body += '\n';
  return {};
}

/// Writes of one member: scalars and objects by the same path as the whole entity (H-5).
Failure Api::write_member(const Request& request, const Place& where, Ref ref, Context& context,
                          Response& response) {
  const Resource& resource = *where.resource;
  const View view(store_, keys_, arena_);
  const Type& type = view.type_of(resource.table, ref.row());
  const Link& link = where.members[0];
  const Member* member = link.kind == LinkKind::step ? type.find(link.name) : nullptr;
  if (member == nullptr) return not_found();
  const bool simple = member->kind != Kind::refs && member->kind != Kind::objects &&
                      member->kind != Kind::texts && member->kind != Kind::identifiers;
  if (!simple || where.members.size() != 1 || request.method == Method::post ||
      member->access != Access::update || resource.update != nullptr) {
    return fail(Code::not_supported,
                "Writing '" + std::string(link.name) +
                    "' by its own path is not available yet; PATCH the whole resource.");
  }
  // The member becomes a body of its own, so that one way of writing serves both.
  std::string body = "{\"" + std::string(member->name) + "\":";
  json_.append(body, json_.root());
  body += '}';
  if (!json_.parse(body)) return fail(Code::malformed_json, json_.fault().details);
  if (Failure failure = update(context, resource, ref, json_.root(), true)) return failure;
  Shape shape;
  for (const Link& op : where.projections) shape.push_back(&op);
  if (Failure failure =
          render(view.member(Value::entity(resource.table, ref), *member), shape, response.body)) {
    return failure;
  }
  response.body += '\n';
  return {};
}

Failure Api::write_collection(const Request& request, const Place& where, Context& context,
                              Response& response) {
  const Resource& resource = *where.resource;
  if (!resource.writable) return not_available(request.method, "GET, HEAD, OPTIONS");
  if (Failure failure = read_body(request)) return failure;
  response.headers = "Content-Type: application/json\n";
  const JsonNode& body = json_.root();
  Outcome outcome;
  if (body.type == JsonType::object) {
    Result<Ref> ref = upsert(context, resource, body, request.method, outcome);
    if (!ref) return std::move(ref.failure);
    if (outcome == Outcome::created) {
      response.status = 201;
      set_location(response, request, resource, ref.value);
    }
    if (Failure failure = render_entity(resource, ref.value, where.projections, response.body)) {
      return failure;
    }
    response.body += '\n';
    return {};
  }
  if (body.type != JsonType::array) {
    return failed_coercion(context, "an object or an array of objects", body, "");
  }
  if (body.count > limits::bulk_items) {
    return fail(Code::too_many_items, "An array body has at most 100000 elements.");
  }
  // Chunks of 200 commit one after another (H-32); the answer is written as they do.
  size_t done = 0;
  uint32_t created = 0;
  response.body = "[";
  for (const JsonNode* node = json_.first(body); node != nullptr; node = json_.next(*node)) {
    Method method = request.method == Method::post ? Method::put : request.method;
    Result<Ref> ref = upsert(context, resource, *node, method, outcome);
    if (!ref) {
      std::string path;
      append_uint(path, done);
      Error& error = *ref.failure;
      error.path = error.path.empty() ? path : path + "/" + error.path;
      error.extra += ",\"committedCount\":";
      append_uint(error.extra, done / limits::bulk_chunk * limits::bulk_chunk);
      return std::move(ref.failure);
    }
    if (outcome == Outcome::created) ++created;
    if (done != 0) response.body += ',';
    if (Failure failure = render_entity(resource, ref.value, where.projections, response.body)) {
      return failure;
    }
    if (++done % limits::bulk_chunk == 0) {
      if (Failure failure = check_hints(request, context)) return failure;
      store_.commit(context.now);
      store_.begin();
    }
  }
  response.body += "]\n";
  response.headers += "API-Write-Summary: created=";
  append_uint(response.headers, created);
  response.headers += ", updated=";
  append_uint(response.headers, done - created);
  response.headers += '\n';
  return {};
}

/// H-24: `key`, else the special identifier, else the first well-formed namespaced key selects.
Result<Ref> Api::select_by_body(Context& context, const Resource& resource, const JsonNode& body) {
  const JsonNode* identifiers = json_.find(body, "identifiers");
  if (identifiers == nullptr || identifiers->type != JsonType::object) return Ref{};
  const JsonNode* chosen = json_.find(*identifiers, "key");
  if (chosen == nullptr && !resource.special.empty()) {
    chosen = json_.find(*identifiers, resource.special);
  }
  for (const JsonNode* own = json_.first(*identifiers); own != nullptr && chosen == nullptr;
       own = json_.next(*own)) {
    if (is_namespaced_key(own->key) && own->type != JsonType::null) chosen = own;
  }
  if (chosen == nullptr || chosen->type == JsonType::null) return Ref{};
  Result<std::string> value = identifier_text(*chosen, chosen->key, "identifiers");
  if (!value) return std::move(value.failure);
  Link element;
  element.kind = LinkKind::keyed;
  element.name = chosen->key;
  element.value = value.value;
  bool well_formed = true;
  Result<Ref> found = select(resource, element, well_formed);
  if (!found || !found.value) return found;
  const View& view = context.view;
  const Value own = Value::entity(resource.table, found.value);
  bool declared;
  const Value stored = view.member(own, "identifiers", declared);
  for (const JsonNode* other = json_.first(*identifiers); other != nullptr;
       other = json_.next(*other)) {
    if (other == chosen || other->type != JsonType::string) continue;
    const Value mine = view.member(stored, other->key, declared);
    if (mine.kind != ValueKind::text || mine.text == other->text) continue;
    return fail(Code::identifier_contradiction,
                "The one found by " + std::string(chosen->key) + " carries another " +
                    std::string(other->key) + "; use PUT " + std::string(resource.collection) +
                    "/{key}={value}.",
                "identifiers/" + std::string(other->key));
  }
  return found;
}

Result<Ref> Api::upsert(Context& context, const Resource& resource, const JsonNode& body,
                        Method method, Outcome& outcome) {
  if (body.type != JsonType::object) return failed_coercion(context, "an object", body, "");
  Result<Ref> found = select_by_body(context, resource, body);
  if (!found) return found;
  if (!found.value) {
    if (method == Method::patch) {
      return fail(Code::failed_indexing, "The identifiers name nothing, and PATCH never creates.",
                  "identifiers");
    }
    const JsonNode* identifiers = json_.find(body, "identifiers");
    const JsonNode* key = identifiers != nullptr && identifiers->type == JsonType::object
                              ? json_.find(*identifiers, "key")
                              : nullptr;
    if (key != nullptr && key->type != JsonType::null) {
      return fail(Code::failed_indexing, "No such key; keys are given by the engine.",
                  "identifiers/key");
    }
    outcome = Outcome::created;
    return create(context, resource, body, {});
  }
  if (method == Method::post) {
    Failure failure =
        fail(Code::already_exists, "There is already one with these identifiers; PUT updates.",
             "identifiers");
    failure->extra = ",\"conflictingResource\":\"/v1/" + std::string(resource.collection) + "/" +
                     keys_.text(resource.table, found.value.row()) + "\"";
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
  Result<Body> read = Body::read(context, *type, body);
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
  Result<Body> read = Body::read(context, type, body);
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
Failure Api::remove(const Request&, const Target& target, Context& context, Response& response) {
  const Resource* resource = target.links.empty() ? nullptr : find_resource(target.links[0].name);
  if (resource == nullptr) return {};
  const Link& last = target.links.back();
  if (resource->act != nullptr && target.links.size() == 3 && last.name == "actions") {
    return not_available(Method::delete_, "GET, HEAD, PATCH, OPTIONS");
  }
  bool purged = false;
  if (target.links.size() == 2 && resource->purge != nullptr) {
    bool well_formed = true;
    Result<Ref> selected = select(*resource, target.links[1], well_formed);
    if (!selected) return std::move(selected.failure);
    if (selected.value) {
      purged = resource->purge(context, selected.value);
    }
  }
  if (!purged) context.hint("T-H-4", "", "nothing was removed");
  response.headers = "Content-Type: application/json\n";
  response.body = purged ? "{\"deletedCount\":1,\"info\":\"Deleted 1 items\"}\n"
                         : "{\"deletedCount\":0,\"info\":\"Nothing happened\"}\n";
  return {};
}

void Api::set_location(Response& response, const Request& request, const Resource& resource,
                       Ref ref) {
  const bool api = request.target.starts_with("/api/");
  response.headers += "Location: ";
  response.headers += api ? "/api/v1/" : "/v1/";
  response.headers += resource.collection;
  response.headers += '/';
  keys_.append(response.headers, resource.table, ref.row());
  response.headers += '\n';
}

}  // namespace waybill::http
