#include "schema/value.hpp"

#include "model/agent.hpp"
#include "model/catalog.hpp"
#include "model/computed.hpp"
#include "model/instance.hpp"
#include "model/label.hpp"
#include "model/order.hpp"
#include "model/record.hpp"
#include "model/relationship.hpp"
#include "model/shipment.hpp"
#include "model/stock.hpp"
#include "schema/keys.hpp"

namespace waybill {

const Type& View::type_of(TableId table, uint32_t row) const {
  switch (table) {
    case TableId::engine:
      return engine_type;
    case TableId::agents: {
      static constexpr const Type* kinds[] = {&person_type, &company_type, &store_type};
      return *kinds[store.rows<Agent>().at(row).kind];
    }
    case TableId::products:
      return product_type;
    case TableId::prices:
      return price_type;
    case TableId::vat_codes:
      return vat_code_type;
    case TableId::currencies:
      return currency_type;
    case TableId::payment_methods:
      return payment_method_type;
    case TableId::countries:
      return country_type;
    case TableId::trade_orders:
      return trade_order_type;
    case TableId::order_items:
      return order_item_type;
    case TableId::payment_orders:
      return payment_order_type;
    case TableId::shipment_orders:
      return shipment_order_type;
    case TableId::shipment_items:
      return shipment_item_type;
    case TableId::shipment_records:
      return shipment_record_type;
    case TableId::stock_places:
      return stock_place_type;
    case TableId::adjustment_reasons:
      return adjustment_reason_type;
    case TableId::stock_adjustments:
      return stock_adjustment_type;
    case TableId::adjustment_items:
      return adjustment_item_type;
    case TableId::stock_levels:
      return stock_level_type;
    case TableId::stock_holds:
      return stock_hold_type;
    case TableId::product_units:
      return product_unit_type;
    case TableId::product_instances:
      return product_instance_type;
    case TableId::trade_records:
      return trade_record_type;
    case TableId::trade_record_items:
      return trade_record_item_type;
    case TableId::trade_relationships:
      return trade_relationship_type;
    case TableId::labels:
      return label_type;
    case TableId::product_groups:
      return product_group_type;
    case TableId::return_reasons:
      return return_reason_type;
    case TableId::stock_entries:
      return stock_entry_submission_type;
    case TableId::stocks:
      return stock_type;
    case TableId::order_returns:
      return order_return_type;
  }
  check(false);
  return engine_type;
}

uint32_t View::minor_digits(TableId table, uint32_t row) const {
  Ref currency;
  switch (table) {
    case TableId::prices:
      currency = store.rows<Price>().at(row).currency;
      break;
    case TableId::trade_orders:
      currency = store.rows<TradeOrder>().at(row).currency;
      break;
    case TableId::payment_orders:
      currency = store.rows<PaymentOrder>().at(row).currency;
      break;
    case TableId::order_items:
      currency = store.at<TradeOrder>(store.rows<OrderItem>().at(row).order).currency;
      break;
    default:
      break;
  }
  return currency ? store.at<Currency>(currency).minor_digits : 2;
}

Value View::member(const Value& of, const Member& m) const {
  if (m.compute != nullptr) return m.compute(*this, of.table(), of.row());
  const bool entity = of.kind() == ValueKind::entity;
  const void* data = entity ? store.table(of.table()).row(of.row()) : of.data();
  switch (m.kind) {
    case Kind::identifiers:
      return Value::identifiers(of.table(), of.row());
    case Kind::text: {
      const Text text = field<Text>(data, m);
      return text ? Value::of(store.view(text)) : Value{};
    }
    case Kind::json: {
      const Text text = field<Text>(data, m);
      return text ? Value::of(store.view(text), ValueKind::json) : Value{};
    }
    case Kind::decimal: {
      const auto number = field<MaybeDecimal>(data, m);
      return number ? Value::of(*number) : Value{};
    }
    case Kind::amount: {
      const auto number = field<MaybeDecimal>(data, m);
      return number ? Value::of_amount(*number, minor_digits(of.table(), of.row())) : Value{};
    }
    case Kind::instant: {
      const auto at = field<MaybeInstant>(data, m);
      return at ? Value::of(*at) : Value{};
    }
    case Kind::boolean: {
      const auto truth = field<MaybeBool>(data, m);
      return truth == MaybeBool::none ? Value{} : Value::of(truth == MaybeBool::yes);
    }
    case Kind::symbol:
      return Value::of(m.symbols[field<uint32_t>(data, m)]);
    case Kind::ref:
      return Value::entity(m.target, field<Ref>(data, m));
    case Kind::refs:
      return Value::refs(m.target, field<List<Ref>>(data, m));
    case Kind::texts:
      return Value::texts(field<List<Text>>(data, m));
    case Kind::objects:
      return Value::objects(*m.of, field<RawList>(data, m), m.stride);
    case Kind::object: {
      const Value value = Value::object(*m.of, static_cast<const std::byte*>(data) + m.offset);
      for (const Member& part : m.of->members) {
        const Value inside = this->member(value, part);
        const bool empty = inside.missing() || (inside.is_list() && size(inside) == 0);
        if (!empty) return value;
      }
      return {};
    }
    case Kind::computed:
      return mirrored(m, of.row());
    case Kind::number:
    case Kind::pair:
    case Kind::refused:
      break;
  }
  return {};
}

Value View::mirrored(const Member& member, uint32_t row) const {
  const TableBase& table = store.table(member.target);
  const Posting rows = table.find(mirrored_member(table, member), Ref::to(row).value);
  spend(rows.size());
  std::vector<Value> items;
  items.reserve(rows.size());
  for (const uint32_t each : rows) items.push_back(Value::entity(member.target, each));
  return Value::values(arena.copy(items));
}

const Type* View::type_of(const Value& value) const {
  if (value.kind() == ValueKind::entity) return &type_of(value.table(), value.row());
  return value.kind() == ValueKind::object ? value.type() : nullptr;
}

Value View::member(const Value& of, std::string_view name, bool& declared) const {
  declared = true;
  if (of.kind() == ValueKind::identifiers) {
    if (name == "@type") return Value::of("common identifiers");
    if (name == "key") return Value::of(arena.copy(keys.text(of.table(), of.row())));
    const Text key = store.strings().find(name);
    const Member& identifiers = type_of(of.table(), of.row()).members[0];
    for (const Identifier& own :
         field<Identifiers>(store.table(of.table()).row(of.row()), identifiers)) {
      if (own.key == key) return Value::of(store.view(own.value));
    }
    return {};
  }
  if (of.kind() == ValueKind::record) {
    for (const Record::Field& own : of.record().fields) {
      if (own.name == name) return own.value;
    }
    declared = name == "@type" && !of.record().type.empty();
    return declared ? Value::of(of.record().type) : Value{};
  }
  const Type* type = type_of(of);
  if (type == nullptr) {
    declared = false;
    return {};
  }
  if (name == "@type") return Value::of(type->name);
  const Member* found = type->find(name);
  if (found == nullptr) {
    declared = false;
    return {};
  }
  return member(of, *found);
}

uint32_t View::size(const Value& list) const {
  switch (list.list()) {
    case ListKind::refs:
    case ListKind::texts:
    case ListKind::objects:
      return static_cast<const RawList*>(list.data())->size();
    case ListKind::values:
      return list.count();
    case ListKind::stream:
      return static_cast<uint32_t>(list.stream().drain());
    case ListKind::rows:
      break;
  }
  if (list.type() == nullptr) return store.table(list.table()).live();
  uint32_t count = 0;
  each(list, [&](const Value&) { return ++count, true; });
  return count;
}

Value View::element(const Value& list, uint32_t i) const {
  switch (list.list()) {
    case ListKind::refs:
      return Value::entity(list.table(), (*static_cast<const List<Ref>*>(list.data()))[i]);
    case ListKind::texts:
      return Value::of(store.view((*static_cast<const List<Text>*>(list.data()))[i]));
    case ListKind::objects:
      return Value::object(*list.type(), static_cast<const RawList*>(list.data())->raw() +
                                             size_t{i} * list.stride());
    case ListKind::values:
      return static_cast<const Value*>(list.data())[i];
    case ListKind::rows:
    case ListKind::stream:
      break;
  }
  check(false);
  return {};
}

namespace computed {

Value nothing(const View&, TableId, uint32_t) {
  return {};
}
Value empty_list(const View&, TableId, uint32_t) {
  return Value::values({});
}

}  // namespace computed
}  // namespace waybill
