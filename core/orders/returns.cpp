#include <algorithm>

#include "base/limits.hpp"
#include "model/record.hpp"
#include "orders/instances.hpp"
#include "orders/move.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"
#include "orders/states.hpp"
#include "rules/quantity.hpp"
#include "stock/movement.hpp"

/// What a customer sends back (O-81 to O-84). A `commitReturn` fixes the terms, in an OrderReturn;
/// `fulfillReturn` and `cancelReturn` take units out of the line's open ones, the oldest first.
namespace waybill::orders {

namespace {

/// The terms of a return, as requests write them (O-83).
constexpr Member flag(std::string_view name, uint8_t tag, size_t offset, std::string_view doc) {
  return {.name = name,
          .kind = Kind::boolean,
          .tag = tag,
          .offset = static_cast<uint32_t>(offset),
          .access = Access::create,
          .doc = doc};
}
constexpr Member note(std::string_view name, uint8_t tag, size_t offset, std::string_view doc) {
  return {.name = name,
          .kind = Kind::text,
          .tag = tag,
          .offset = static_cast<uint32_t>(offset),
          .access = Access::create,
          .doc = doc};
}
constexpr Member term_members[] = {
    Member{.name = "reason",
           .kind = Kind::ref,
           .tag = 1,
           .offset = offsetof(OrderReturn, reason),
           .access = Access::create,
           .doc = "Why.",
           .target = TableId::return_reasons},
    Member{.name = "replacement",
           .kind = Kind::ref,
           .tag = 2,
           .offset = offsetof(OrderReturn, replacement),
           .access = Access::create,
           .doc = "What is sent instead; recorded only.",
           .target = TableId::products},
    flag("complaint", 3, offsetof(OrderReturn, complaint), "Whether it is a complaint."),
    flag("restock", 4, offsetof(OrderReturn, restock), "Whether the goods go back on stock."),
    flag("manual", 5, offsetof(OrderReturn, manual), "Recorded only."),
    note("internalNotes", 6, offsetof(OrderReturn, internal_notes), "Recorded only."),
    note("receiptNotes", 7, offsetof(OrderReturn, receipt_notes), "Recorded only."),
};
const Type terms_type{"return parameters", term_members};

constexpr Member entry_members[] = {
    Member{.name = "identifiers",
           .kind = Kind::identifiers,
           .access = Access::create,
           .doc = "Of the order's line."},
    Member{.name = "quantity",
           .kind = Kind::decimal,
           .access = Access::create,
           .doc = "Units; all that can be if it says nothing."},
    Member{.name = "returnParameters",
           .kind = Kind::object,
           .access = Access::create,
           .doc = "The terms.",
           .of = &terms_type},
    Member{.name = "productInstance",
           .kind = Kind::computed,
           .access = Access::create,
           .doc = "The one unit that it is about."},
};
const Type entry_type{"return item", entry_members};

constexpr Member agent(std::string_view name, std::string_view doc) {
  return {.name = name,
          .kind = Kind::computed,
          .access = Access::create,
          .doc = doc,
          .target = TableId::agents,
          .yields = Kind::ref};
}
constexpr Member payload_members[] = {
    Member{.name = "items",
           .kind = Kind::objects,
           .access = Access::create,
           .doc = "Lines, or parts of them.",
           .of = &entry_type},
    agent("returnee", "Who takes the goods back."),
    agent("returner", "Who sends them."),
};
const Type payload_type{"return", payload_members};

/// What one entry of `items` names.
struct Wanted {
  Ref line;
  Ref instance;  // one unit, or none
  Decimal units;
};

/// The one unit of a line that an entry's `productInstance` names (O-82).
Result<Ref> find_instance(Context& context, const OrderItem& line, const JsonNode& node) {
  if (node.type != JsonType::object) return failed_coercion(context, "an object", node);
  const Store& store = context.store;
  for (const JsonNode* each = context.json.first(node); each != nullptr;
       each = context.json.next(*each)) {
    const bool names = each->key == "identifiers" || each->key == "serialNumber";
    if (names || each->key.starts_with('@')) continue;
    context.hint("T-O-10", context.json.path(*each),
                 "ignored: identifiers or serialNumber name the unit");
  }
  const auto not_one = [&] {
    return fail(Code::failed_indexing, "'productInstance' does not name one unit of the line.",
                context.json.path(node));
  };
  Ref named;
  if (context.json.find(node, "identifiers") != nullptr) {
    Result<Ref> found = resolve(context, TableId::product_instances, node);
    if (!found) return found;
    if (!line.instances.contains(found.value)) return not_one();
    named = found.value;
  }
  if (const JsonNode* serial = context.json.find(node, "serialNumber")) {
    const auto found = std::find_if(line.instances.begin(), line.instances.end(), [&](Ref own) {
      const Text text = store.at<ProductInstance>(own).serial;
      return text && store.view(text) == serial->text;
    });
    if (found == line.instances.end() || (named && *found != named)) return not_one();
    named = *found;
  }
  if (!named || !store.at<ProductInstance>(named).serial) return not_one();
  return named;
}

/// Reads an entry of `items`, and moves what it says.
class ReturnRunner {
 public:
  ReturnRunner(Context& context, Ref order, const ActionRule& rule, const Body& payload)
      : context_(context),
        store_(context.store),
        order_(order),
        rule_(rule),
        payload_(payload),
        move_(context, order, record_action(rule.action)),
        goods_(context, stock::SystemReason::return_) {}

  Failure run() {
    if (Failure failure = read_agents()) return failure;
    if (!payload_.has("items")) return missing_member(context_, payload_.object(), "items");
    const JsonNode& items = *payload_.get("items");
    if (items.count == 0) {
      return fail(Code::empty_array, "Must have at least 1 item", payload_.path("items"));
    }
    if (Failure failure = check_count(context_, items, limits::list_elements)) return failure;
    for (const JsonNode* node = context_.json.first(items); node != nullptr;
         node = context_.json.next(*node)) {
      if (Failure failure = run_entry(*node)) return failure;
    }
    move_.end();
    goods_.end();
    return {};
  }

 private:
  static RecordAction record_action(Action action) {
    return action == Action::commit_return    ? RecordAction::commit_return
           : action == Action::fulfill_return ? RecordAction::fulfill_return
                                              : RecordAction::cancel_return;
  }

  Failure read_agents() {
    for (const auto& [name, to] : {std::pair{"returnee", &returnee_}, {"returner", &returner_}}) {
      if (!payload_.has(name)) continue;
      Result<Ref> found = resolve(context_, TableId::agents, *payload_.get(name));
      if (!found) return std::move(found.failure);
      *to = found.value;
    }
    return {};
  }

  Failure run_entry(const JsonNode& node) {
    Result<Body> body = Body::read(context_, entry_type, node, Body::Purpose::create);
    if (!body) return std::move(body.failure);
    Result<Wanted> wanted = read_wanted(body.value);
    if (!wanted) return std::move(wanted.failure);
    if (rule_.action == Action::commit_return) return commit(wanted.value, body.value);
    if (body.value.has("returnParameters")) {
      context_.hint("T-H-3", body.value.path("returnParameters"),
                    "ignored: commitReturn fixed the terms");
    }
    return settle(wanted.value, body.value);
  }

  Result<Wanted> read_wanted(const Body& body) {
    if (!body.has("identifiers")) return missing_member(context_, body.object(), "identifiers");
    Result<Ref> line = resolve_line(context_, body.object(), order_);
    if (!line) return std::move(line.failure);
    const OrderItem& item = store_.at<OrderItem>(line.value);
    if (item.order != order_) {
      return fail(Code::item_not_in_order, "'items' names a line of another order.",
                  context_.json.path(body.object()));
    }
    Wanted wanted{line.value, {}, admissible(item, rule_)};
    const auto not_returnable = [&] {
      return fail(rule_.refused, std::string(rule_.details), context_.json.path(body.object()));
    };
    if (body.has("productInstance")) {
      Result<Ref> instance = find_instance(context_, item, *body.get("productInstance"));
      if (!instance) return std::move(instance.failure);
      const uint32_t phase = store_.at<ProductInstance>(instance.value).phase;
      if ((rule_.from >> phase & 1) == 0) return not_returnable();
      wanted.instance = instance.value;
      wanted.units = Decimal::from_int(1);
    }
    if (wanted.units.is_zero()) return not_returnable();
    if (body.has("quantity")) {
      Result<Decimal> quantity = read_quantity(body, "quantity");
      if (!quantity) return std::move(quantity.failure);
      if (quantity.value > wanted.units) {
        return fail(
            Code::invalid_quantity,
            "Only " + wanted.units.str() + " units can; leave 'quantity' out for all of them.",
            body.path("quantity"));
      }
      if (wanted.instance && quantity.value != wanted.units) {
        return not_whole(body.path("quantity"));
      }
      wanted.units = quantity.value;
    }
    return wanted;
  }

  Result<OrderReturn> read_terms(const Body& body) {
    OrderReturn terms;
    if (!body.has("returnParameters")) {
      return missing_member(context_, body.object(), "returnParameters");
    }
    const JsonNode& node = *body.get("returnParameters");
    Result<Body> read = Body::read(context_, terms_type, node, Body::Purpose::create);
    if (!read) return std::move(read.failure);
    if (!read.value.has("reason")) return missing_member(context_, node, "reason");
    if (Failure failure = assign_members(context_, read.value, &terms, true)) return failure;
    if (terms.complaint == MaybeBool::none) terms.complaint = MaybeBool::no;
    if (terms.restock == MaybeBool::none) terms.restock = MaybeBool::yes;
    if (terms.manual == MaybeBool::none) terms.manual = MaybeBool::no;
    return terms;
  }

  Failure commit(const Wanted& wanted, const Body& body) {
    Result<OrderReturn> terms = read_terms(body);
    if (!terms) return std::move(terms.failure);
    const OrderItem& line = store_.at<OrderItem>(wanted.line);
    terms.value.line = wanted.line;
    terms.value.open = wanted.units;
    terms.value.returnee = returnee_ ? returnee_ : line.seller;
    terms.value.returner = returner_ ? returner_ : store_.at<TradeOrder>(order_).customer;
    Decimal left = wanted.units;
    std::vector<std::pair<Phase, Decimal>> moves;
    for (const Phase from : {Phase::fulfilled, Phase::new_}) {
      if (wanted.instance &&
          store_.at<ProductInstance>(wanted.instance).phase != static_cast<uint32_t>(from)) {
        continue;
      }
      const Decimal here = units_in(line.phases, from);
      const Decimal units = here < left ? here : left;
      if (units.is_zero()) continue;
      if (!go_whole(units, here, serials_in(store_, line.instances, from).size())) {
        return not_whole(body.path("quantity"));
      }
      moves.push_back({from, units});
      left = add(left, units.negated());
      const List<Ref> named = wanted.instance ? List<Ref>{wanted.instance}
                                              : serials_in(store_, line.instances, from, units);
      for (const Ref own : named) terms.value.instances.push_back(own);
    }
    const List<Ref> instances = terms.value.instances;
    const Ref ref = store_.insert(std::move(terms.value));
    store_.update<OrderItem>(wanted.line, [&](OrderItem& row) { row.returns.push_back(ref); });
    for (const auto& [from, units] : moves) {
      move_.units(wanted.line, from, Phase::return_committed, units, {&instances, ref});
    }
    return {};
  }

  /// Takes units back, or calls their return off, out of the line's open returns.
  Failure settle(const Wanted& wanted, const Body& body) {
    Decimal left = wanted.units;
    for (const Ref ref : List<Ref>(store_.at<OrderItem>(wanted.line).returns)) {
      const OrderReturn& own = store_.at<OrderReturn>(ref);
      if (wanted.instance && !own.instances.contains(wanted.instance)) continue;
      const Decimal units = *own.open < left ? *own.open : left;
      if (units.is_zero()) continue;
      const size_t serials =
          serials_in(store_, own.instances, Phase::return_committed, *own.open).size();
      if (!go_whole(units, *own.open, serials)) return not_whole(body.path("quantity"));
      if (Failure failure = settle_part(ref, wanted, units)) return failure;
      left = add(left, units.negated());
    }
    check(left.is_zero());  // what is ReturnCommitted is open
    return {};
  }

  Failure settle_part(Ref ref, const Wanted& wanted, Decimal units) {
    const OrderReturn& own = store_.at<OrderReturn>(ref);
    const List<Ref> instances =
        wanted.instance ? List<Ref>{wanted.instance}
                        : serials_in(store_, own.instances, Phase::return_committed, units);
    if (rule_.action == Action::fulfill_return && own.restock == MaybeBool::yes) {
      if (Failure failure = restock(own, instances, units)) return failure;
    }
    const Phase to =
        rule_.action == Action::fulfill_return ? Phase::return_fulfilled : Phase::fulfilled;
    move_.units(wanted.line, Phase::return_committed, to, units, {&instances, ref});
    const Decimal open = add(*own.open, units.negated());
    store_.update<OrderReturn>(ref, [&](OrderReturn& row) {
      row.open = open;
      for (const Ref instance : instances) row.instances.remove(instance);
    });
    if (!open.is_zero()) return {};
    store_.update<OrderItem>(wanted.line, [&](OrderItem& row) { row.returns.remove(ref); });
    return {};
  }

  /// O-42, C-72: goods go back to the first root of whoever takes them back.
  Failure restock(const OrderReturn& own, const List<Ref>& instances, Decimal units) {
    const Ref product = store_.at<OrderItem>(own.line).product;
    if (!stock::is_tracked(store_, product)) return {};
    const OrderItem& line = store_.at<OrderItem>(own.line);
    const bool by_seller = own.returnee == line.seller;  // whose supplier's stock it may be
    const Ref owner = stock::stock_owner(
        store_, own.returnee, by_seller ? store_.at<TradeOrder>(order_).supplier : Ref{});
    const Ref place = stock::first_root(store_, owner);
    if (!place) return {};
    std::vector<Text> serials;
    for (const Ref instance : instances) {
      const Text serial = store_.at<ProductInstance>(instance).serial;
      if (stock::is_away(store_, product, serial)) serials.push_back(serial);
    }
    return goods_.put(owner, place, product, units, serials) ? Failure{} : stock::level_too_high();
  }

  Context& context_;
  Store& store_;
  Ref order_;
  const ActionRule& rule_;
  const Body& payload_;
  Move move_;
  stock::Movement goods_;
  Ref returnee_, returner_;
};

}  // namespace

Failure check_return_shape(Context& context, const JsonNode& payload) {
  return Body::read(context, payload_type, payload, Body::Purpose::create).failure;
}

Failure run_return(Context& context, Ref order, const ActionRule& rule, const JsonNode& payload) {
  Result<Body> body = Body::read(context, payload_type, payload, Body::Purpose::create);
  if (!body) return std::move(body.failure);
  price_order(context, order);
  return ReturnRunner(context, order, rule, body.value).run();
}

}  // namespace waybill::orders
