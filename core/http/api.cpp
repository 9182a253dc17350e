#include "http/api.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "http/refusal.hpp"
#include "orders/orders.hpp"

namespace waybill::http {

using query::Link;
using query::LinkKind;
using query::Shape;
using query::Target;

const Response& Api::handle(const Request& request, Instant now) {
  arena_.reset();
  response_.clear();
  Context context(store_, keys_, arena_, json_, now);
  context.uuids = &uuids_;
  context.target = request.target;
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
  if (request.method == Method::get || request.method == Method::head) {
    return read(request, parsed.target, context);
  }
  if (links[0].kind != LinkKind::step || find_resource(links[0].name) == nullptr) {
    return write_utility(request, parsed.target, context);
  }
  switch (request.method) {
    case Method::post:
    case Method::put:
    case Method::patch:
      return write(request, parsed.target, context);
    default:
      return not_available(request, allowed_methods(parsed.target));
  }
}

void Api::commit(Context& context) {
  for (const uint32_t item : context.view.priced_items) orders::price_item(context, Ref::to(item));
  context.view.priced_items = {};
  store_.commit(context.now);
}

Failure Api::render(Context& context, const Value& value, Shape shape) {
  query::Surroundings around{context.hints, context.target};
  query::Evaluator evaluator(context.view, around);
  query::Renderer(evaluator, response_.body).write(value, shape);
  return evaluator.take_failure();
}

Result<Ref> Api::select(Context& context, const Resource& resource, const Link& element,
                        bool& well_formed) {
  const Store& store = context.store;
  const TableBase& table = store.table(resource.table);
  const auto shown = [&](uint32_t row) {
    const Type* type = resource.row_type();
    return type == nullptr || &context.view.type_of(resource.table, row) == type;
  };
  const bool by_key =
      element.kind == LinkKind::step || (element.kind == LinkKind::keyed && element.name == "key");
  if (by_key) {
    const auto row = context.keys.row(
        resource.table, element.kind == LinkKind::step ? element.name : element.value);
    well_formed = element.kind == LinkKind::keyed || row.has_value();
    return row && table.alive(*row) && shown(*row) ? Ref::to(*row) : Ref{};
  }
  const bool special = !resource.special.empty() && element.name == resource.special;
  if (element.kind != LinkKind::keyed || (!special && !is_namespaced_key(element.name))) {
    well_formed = false;
    return Ref{};
  }
  const std::string_view value =
      normalized_identifier(element.name, element.value, context.view.arena);
  const Strings& strings = store.strings();
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

}  // namespace waybill::http
