#include "pricing/price.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "stock/stock.hpp"

namespace waybill::pricing {

namespace {

Posting prices_of(const Store& store, Ref product) {
  static const Member& products = price_type.member("products");
  return store.table(TableId::prices).find(products, product.value);
}

/// Whether a price names one side of a deal: an empty list means everyone; else someone of the
/// agent's owner chain is named, or `also` (C-32). Chains are looked up when they are needed first.
class Side {
 public:
  Side(const Store& store, Ref agent, Ref also = {}) : store_(store), agent_(agent), also_(also) {}

  bool is_named(const List<Ref>& list) {
    if (list.empty() || list.contains(agent_) || (also_ && list.contains(also_))) return true;
    if (chain_.empty()) chain_ = stock::owner_chain(store_, agent_);
    return std::any_of(chain_.begin(), chain_.end(), [&](Ref own) { return list.contains(own); });
  }

 private:
  const Store& store_;
  Ref agent_, also_;
  std::vector<Ref> chain_;
};

bool is_current(const Price& price, const Deal& deal) {
  if (price.open == MaybeBool::yes || price.currency != deal.currency) return false;
  if (price.from && deal.at < *price.from) return false;
  return !price.to || deal.at < *price.to;
}

/// Calls `visit(price, amount)` for the eligible prices, the oldest first (C-32).
template <class Visit>
void each_eligible(const Store& store, Ref product, const Deal& deal, Visit&& visit) {
  Side sellers(store, deal.seller, deal.supplier);
  Side buyers(store, deal.customer);
  for (const uint32_t row : prices_of(store, product)) {
    const Price& price = store.rows<Price>().at(row);
    if (!is_current(price, deal) || !sellers.is_named(price.sellers) ||
        !buyers.is_named(price.buyers)) {
      continue;
    }
    visit(price, price.amount.value_or(Decimal()));
  }
}

}  // namespace

MaybeDecimal net_price(const Store& store, Ref product, const Deal& deal) {
  MaybeDecimal lowest;
  each_eligible(store, product, deal, [&](const Price&, Decimal amount) {
    if (!lowest || amount < *lowest) lowest = amount;
  });
  return lowest;
}

bool is_contested(const Store& store, Ref product, const Deal& deal) {
  if (prices_of(store, product).size() < 2) return false;
  MaybeDecimal lowest;
  int lowest_names = 0;
  int most_names = 0;
  bool tied = false;
  each_eligible(store, product, deal, [&](const Price& price, Decimal amount) {
    const int names = (price.sellers.empty() ? 0 : 1) + (price.buyers.empty() ? 0 : 1);
    most_names = std::max(most_names, names);
    tied = (lowest && amount == *lowest) || (tied && lowest && *lowest < amount);
    if (lowest && *lowest <= amount) return;
    lowest = amount;
    lowest_names = names;
  });
  return tied || lowest_names < most_names;
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

Ref vat_code(const Store& store, Ref product) {
  Ref code = store.at<Product>(product).default_vat_code;
  Ref group = store.at<Product>(product).parent_group;
  for (size_t depth = 0; !code && group && depth <= limits::owner_chain; ++depth) {
    code = store.at<ProductGroup>(group).default_vat_code;
    group = store.at<ProductGroup>(group).parent_group;
  }
  return code;
}

Decimal vat_rate(const Store& store, Ref product) {
  const Ref code = vat_code(store, product);
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
