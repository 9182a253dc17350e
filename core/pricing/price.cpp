#include "pricing/price.hpp"

#include "base/limits.hpp"
#include "model/computed.hpp"
#include "stock/stock.hpp"

namespace waybill::pricing {

namespace {

std::span<const uint32_t> prices_of(const Store& store, Ref product) {
  for (const Member& member : price_type.members) {
    if (member.name == "products") return store.table(TableId::prices).find(member, product.value);
  }
  return {};
}

/// An empty list means everyone; else someone of the agent's owner chain is named (C-32).
bool names(const Store& store, const List<Ref>& list, Ref agent) {
  if (list.empty() || list.contains(agent)) return true;
  for (const Ref each : stock::owner_chain(store, agent)) {
    if (list.contains(each)) return true;
  }
  return false;
}

bool is_eligible(const Store& store, const Price& price, const Deal& deal) {
  if (price.open == MaybeBool::yes || price.currency != deal.currency) return false;
  if (price.from && deal.at < *price.from) return false;
  if (price.to && !(deal.at < *price.to)) return false;
  return (names(store, price.sellers, deal.seller) || price.sellers.contains(deal.supplier)) &&
         names(store, price.buyers, deal.customer);
}

}  // namespace

MaybeDecimal net_price(const Store& store, Ref product, const Deal& deal) {
  MaybeDecimal lowest;
  for (const uint32_t row : prices_of(store, product)) {
    const Price& price = store.rows<Price>().at(row);
    if (!is_eligible(store, price, deal)) continue;
    const Decimal amount = price.amount.value_or(Decimal());
    if (!lowest || amount < *lowest) lowest = amount;
  }
  return lowest;
}

Failure check_price(Decimal net, std::string path) {
  if (!net.is_negative() && net <= Decimal::from_int(limits::price) &&
      net.scale() <= limits::price_decimals) {
    return {};
  }
  return fail(Code::invalid_amount,
              "A price is from 0 to " + std::to_string(limits::price) + " and has at most " +
                  std::to_string(limits::price_decimals) + " decimals.",
              std::move(path));
}

Decimal vat_rate(const Store& store, Ref product) {
  const Ref code = store.at<Product>(product).default_vat_code;
  return code ? store.at<VatCode>(code).rate.value_or(Decimal()) : Decimal();
}

MaybeDecimal with_vat(Decimal net, Decimal rate, uint32_t minor_digits) {
  const auto hundredth = Decimal::make(1, 2);
  const auto share = rate.times(*hundredth);
  if (!share) return {};
  const auto factor = share->plus(Decimal::from_int(1));
  if (!factor) return {};
  const auto gross =
      net.times_rounded(*factor, static_cast<int>(minor_digits), Rounding::half_away_from_zero);
  return gross ? MaybeDecimal(*gross) : MaybeDecimal();
}

}  // namespace waybill::pricing

namespace waybill::computed {

Value product_prices(const View& view, TableId, uint32_t row) {
  std::vector<Value> items;
  for (const Member& member : price_type.members) {
    if (member.name != "products") continue;
    for (const uint32_t price :
         view.store.table(TableId::prices).find(member, Ref::to(row).value)) {
      items.push_back(Value::entity(TableId::prices, price));
    }
  }
  return Value::values(view.arena.copy(items));
}

}  // namespace waybill::computed
