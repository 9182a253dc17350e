#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "model/record.hpp"
#include "orders/instances.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"
#include "pricing/price.hpp"
#include "rules/compare.hpp"

namespace waybill::orders {

namespace {

/// What an update of a line cannot change. Its units are compared by themselves.
bool is_fixed_of_line(const Member& member) {
  return member.kind != Kind::identifiers && member.name != "reservedUntil" &&
         member.name != "unitAmountExclVat" && member.name != "productInstances";
}

void report_fixed_line(Context& context, const JsonNode& node) {
  context.hint("T-O-3", context.json.path(node), "ignored: the lines of an order do not change");
}

/// Whether it is the `reservedUntil` of a reservation that has ended: it may have given way to the
/// order's by now (O-16, O-39).
bool is_past(const Context& context, const Body& line, const JsonNode& node) {
  const auto until = Instant::parse(node.text);
  return &node == line.get("reservedUntil") && until && *until <= context.now;
}

/// Reports all that a body says otherwise of a line.
void report_differences(Context& context, Ref line, const LineBody& body) {
  each_difference(
      context, body.line, &context.store.at<OrderItem>(line),
      [](const Member& member) { return member.name != "productInstances"; },
      [&](const JsonNode& node) {
        if (!is_past(context, body.line, node)) report_fixed_line(context, node);
      });
  if (instances_differ(context, body, line)) report_fixed_line(context, body.line.object());
}

/// The lines of an order that carry an identifier of a body, which may be `key`.
std::vector<Ref> carriers(const Context& context, Ref order, const JsonNode& identifier) {
  const Store& store = context.store;
  const TableBase& lines = store.table(TableId::order_items);
  std::vector<Ref> found;
  const auto add = [&](uint32_t row) {
    const bool own = lines.alive(row) && store.rows<OrderItem>().at(row).order == order;
    if (own) found.push_back(Ref::to(row));
  };
  if (identifier.key == "key") {
    if (const auto row = context.keys.row(TableId::order_items, identifier.text)) add(*row);
    return found;
  }
  const Strings& strings = store.strings();
  const Posting rows =
      lines.find_identifier(strings.find(identifier.key), strings.find(identifier.text));
  const List<Ref>& own = store.at<TradeOrder>(order).items;
  if (rows.size() <= own.size()) {
    for (const uint32_t row : rows) add(row);
  } else {
    for (const Ref line : own) {
      if (rows.contains(line.row())) found.push_back(line);
    }
  }
  return found;
}

/// Whether a line carries all identifiers that are sent, and one at least.
bool carries_all(const Context& context, Ref line, const JsonNode& identifiers) {
  const Strings& strings = context.store.strings();
  bool any = false;
  for (const JsonNode* each = context.json.first(identifiers); each != nullptr;
       each = context.json.next(*each)) {
    if (!is_namespaced_key(each->key) || each->type == JsonType::null) continue;
    const Identifier sent{strings.find(each->key), strings.find(each->text)};
    if (!context.store.at<OrderItem>(line).identifiers.contains(sent)) return false;
    any = true;
  }
  return any;
}

/// The lines of an order that the identifiers of a body's entry name: by `key`; the one at its
/// place if that carries all of them; else those that carry the most, the first ones as written
/// counting first (H-24). None: it is told by its place.
std::vector<Ref> named_lines(Context& context, Ref order, const Body& entry, Ref at_place) {
  if (!entry.has("identifiers")) return {};
  const JsonNode& identifiers = *entry.get("identifiers");
  std::vector<Ref> named;
  if (const JsonNode* key = context.json.find(identifiers, "key")) {
    named = carriers(context, order, *key);
    if (!named.empty()) return named;
  }
  if (at_place && carries_all(context, at_place, identifiers)) return {at_place};
  for (const JsonNode* each = context.json.first(identifiers); each != nullptr;
       each = context.json.next(*each)) {
    std::vector<Ref> both = carriers(context, order, *each);
    if (!named.empty()) {
      std::erase_if(both, [&](Ref line) {
        return std::find(named.begin(), named.end(), line) == named.end();
      });
    }
    if (!both.empty()) named = std::move(both);
  }
  return named;
}

/// An identifier that a line carries with another value does not name it (H-24).
Failure check_contradiction(Context& context, Ref line, const Body& entry) {
  const Store& store = context.store;
  for (const JsonNode* each = context.json.first(*entry.get("identifiers")); each != nullptr;
       each = context.json.next(*each)) {
    for (const Identifier& own : store.at<OrderItem>(line).identifiers) {
      const bool other = store.view(own.key) == each->key && each->type != JsonType::null &&
                         store.view(own.value) != each->text;
      if (!other) continue;
      Failure failure = fail(Code::identifier_contradiction,
                             "The line that is named carries another " + std::string(each->key) +
                                 "; to change it, PATCH trade-order-items/{key}.",
                             context.json.path(*each));
      add_conflicting_resource(context, *failure, "trade-order-items", TableId::order_items,
                               line.row());
      return failure;
    }
  }
  return {};
}

/// A manual net amount for a line that is wholly New (O-18, O-36).
Failure change_amount(Context& context, Ref ref, const Body& body) {
  if (!body.has("unitAmountExclVat")) {
    if (context.store.at<OrderItem>(ref).manual_price == MaybeBool::yes) {
      context.hint("T-O-15", body.path("unitAmountExclVat"), "a manual amount cannot be cleared");
    }
    return {};
  }
  Result<Decimal> amount = read_manual_amount(body);
  if (!amount) return std::move(amount.failure);
  Store& store = context.store;
  const OrderItem& item = store.at<OrderItem>(ref);
  if (item.unit_amount == MaybeDecimal(amount.value)) return {};
  const std::string path = body.path("unitAmountExclVat");
  if (!only_in(item.phases, Phase::new_, Phase::new_)) {
    return fail(Code::item_not_editable, "The amount of a line changes only while it is New.",
                path);
  }
  store.update<OrderItem>(ref, [&](OrderItem& row) {
    row.unit_amount = amount.value;
    row.manual_price = MaybeBool::yes;
  });
  const LinePrice price = find_price(store, store.at<TradeOrder>(item.order), item, context.now);
  if (!price.net) return too_expensive(path);
  store.update<OrderItem>(ref, [&](OrderItem& row) { row.vat_percentage = price.vat; });
  return {};
}

/// What a PATCH may change of a line (O-18); whoever calls it checks the order's total if it
/// changes the amount.
Failure patch_line(Context& context, Ref ref, const LineBody& entry) {
  Store& store = context.store;
  const Body& body = entry.line;
  const Ref order = store.at<OrderItem>(ref).order;
  const OrderItem before = store.at<OrderItem>(ref);
  Identifiers identifiers = before.identifiers;
  if (Failure failure =
          assign_identifiers(context, body, {}, TableId::order_items, ref, identifiers)) {
    return failure;
  }
  store.update<OrderItem>(ref, [&](OrderItem& row) { row.identifiers = identifiers; });
  if (body.get("unitAmountExclVat") != nullptr) {
    if (Failure failure = change_amount(context, ref, body)) return failure;
  }
  if (body.get("productInstances") != nullptr) {
    if (Failure failure = replace_instances(context, ref, entry)) return failure;
  } else if (instances_differ(context, entry, ref)) {
    report_fixed_line(context, *body.get("instances"));
  }
  if (const JsonNode* until = body.get("reservedUntil")) {
    const MaybeInstant wanted =
        body.has("reservedUntil") ? MaybeInstant(*Instant::parse(until->text)) : MaybeInstant();
    if (Failure failure = set_item_reserved_until(context, ref, wanted, *until)) return failure;
  }
  each_difference(context, body, &before, is_fixed_of_line,
                  [&](const JsonNode& node) { report_fixed_line(context, node); });
  if (!(before == store.at<OrderItem>(ref))) touch(context, order);
  return {};
}

/// PATCH of the line that an entry names.
Failure patch_named(Context& context, const std::vector<Ref>& named, const LineBody& entry) {
  if (named.size() > 1) {
    Failure failure =
        fail(Code::ambiguous_identifier,
             "Several lines of the order carry these identifiers; name one by its key.",
             entry.line.path("identifiers"));
    add_conflicting_resource(context, *failure, "trade-order-items", TableId::order_items,
                             named.front().row());
    return failure;
  }
  if (Failure failure = check_contradiction(context, named.front(), entry.line)) return failure;
  return patch_line(context, named.front(), entry);
}

/// Entries of `items` in an update: PATCH changes the lines that they name (O-18); else they may
/// only repeat what is stored, line by line (O-17).
Failure update_lines(Context& context, Ref order_ref, const Body& body, bool patch) {
  const TradeOrder& order = context.store.at<TradeOrder>(order_ref);
  const JsonNode* items = body.get("items");
  if (items == nullptr) return {};
  Result<std::vector<LineBody>> entries = read_lines(context, body, Body::Purpose::update);
  if (!entries) return std::move(entries.failure);
  const bool all_sent = entries.value.size() == order.items.size();
  bool partial = patch && !entries.value.empty();
  bool amounts = false;
  for (uint32_t i = 0; i < entries.value.size(); ++i) {
    const LineBody& entry = entries.value[i];
    const Ref there = i < order.items.size() ? order.items[i] : Ref{};
    const Ref at_place = all_sent ? there : Ref{};
    const std::vector<Ref> named = named_lines(context, order_ref, entry.line, at_place);
    if (patch && !named.empty()) {
      if (Failure failure = patch_named(context, named, entry)) return failure;
      amounts = amounts || entry.line.has("unitAmountExclVat");
      continue;
    }
    partial = false;
    const bool is_there =
        named.empty() || std::find(named.begin(), named.end(), there) != named.end();
    const Ref line = is_there ? there : named.front();
    if (line) {
      report_differences(context, line, entry);
    } else {
      report_fixed_line(context, entry.line.object());
    }
  }
  if (!partial && entries.value.size() < order.items.size()) report_fixed_line(context, *items);
  return amounts ? check_total(context, order_ref, body.path("items")) : Failure{};
}

}  // namespace

Result<Decimal> read_manual_amount(const Body& body) {
  const Decimal amount = *Decimal::parse(body.get("unitAmountExclVat")->text);
  if (Failure failure = pricing::check_price(amount, body.path("unitAmountExclVat")))
    return failure;
  return amount;
}

Failure too_expensive(std::string path) {
  return fail(Code::invalid_amount,
              "An order comes to at most " + std::to_string(limits::amount) + ".", std::move(path));
}

Failure check_total(const Context& context, Ref order, std::string path) {
  const Store& store = context.store;
  for (const Ref line : store.at<TradeOrder>(order).items) {
    if (!store.at<OrderItem>(line).unit_amount) return {};  // null amounts (O-35)
  }
  return order_total(store, order) ? Failure{} : too_expensive(std::move(path));
}

Failure update(Context& context, Ref ref, const Body& body, bool run) {
  Store& store = context.store;
  if (Failure failure = update_lines(context, ref, body, run)) return failure;
  TradeOrder changed = store.at<TradeOrder>(ref);
  const auto is_fixed = [](const Member& member) {
    return member.access == Access::create && member.name != "items";
  };
  const auto report = [&](const JsonNode& node) {
    context.hint("T-O-4", context.json.path(node), "ignored: fixed when the order was created");
  };
  each_difference(context, body, &changed, is_fixed, report);
  for (const std::string_view required : {"supplier", "customer", "sellers", "currency"}) {
    if (body.get(required) != nullptr && !body.has(required)) report(*body.get(required));
  }
  report_customer_data(context, body);
  if (Failure failure =
          assign_identifiers(context, body, {}, TableId::trade_orders, ref, changed.identifiers)) {
    return failure;
  }
  const MaybeInstant reserved = changed.reserved_until;
  if (Failure failure = assign_members(context, body, &changed, false)) return failure;
  const List<Ref>& labels = store.at<TradeOrder>(ref).labels;
  if (Failure failure = check_labels(context, labels, changed.labels, "TradeOrder", body)) {
    return failure;
  }
  const MaybeInstant wanted = changed.reserved_until;
  changed.reserved_until = reserved;
  if (!(changed == store.at<TradeOrder>(ref))) {
    changed.modified = context.now;
    store.update<TradeOrder>(ref, [&](TradeOrder& row) { row = changed; });
  }
  if (body.get("reservedUntil") != nullptr) {
    if (Failure failure = set_reserved_until(context, ref, wanted, *body.get("reservedUntil"))) {
      return failure;
    }
  }
  if (!body.has("actions")) return {};
  const JsonNode* actions = body.get("actions");
  if (run) return run_actions(context, ref, *actions);
  if ((action_names(context, *actions) & ~changed.actions_at_creation) != 0) {
    context.hint("T-O-9", context.json.path(*actions), "skipped: the order exists; use PATCH");
  }
  return {};
}

bool purge(Context& context, Ref ref) {
  Store& store = context.store;
  const TradeOrder order = store.at<TradeOrder>(ref);
  if (!order.payments.empty()) return false;
  for (const Ref line : order.items) {
    if (!only_in(store.at<OrderItem>(line).phases, Phase::new_, Phase::unreserved)) return false;
  }
  const auto purge_all = [&](TableId table, const List<Ref>& rows) {
    for (const Ref row : List<Ref>(rows)) store.purge(table, row.row());
  };
  for (const Ref record : order.records) {
    purge_all(TableId::trade_record_items, store.at<TradeRecord>(record).items);
  }
  purge_all(TableId::trade_records, order.records);
  for (const Ref line : order.items) {
    purge_all(TableId::product_instances, store.at<OrderItem>(line).instances);
  }
  purge_all(TableId::order_items, order.items);
  store.purge(TableId::trade_orders, ref.row());
  return true;
}

Failure update_item(Context& context, Ref ref, const Body& body, bool patch) {
  Result<LineBody> line = LineBody::read(context, body);
  if (!line) return std::move(line.failure);
  if (patch) {
    Failure failure = patch_line(context, ref, line.value);
    if (failure || !body.has("unitAmountExclVat")) return failure;
    return check_total(context, context.store.at<OrderItem>(ref).order,
                       body.path("unitAmountExclVat"));
  }
  report_differences(context, ref, line.value);
  return {};
}

}  // namespace waybill::orders
