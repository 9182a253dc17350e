#include "catalog/catalog.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"

namespace waybill::orders {

Result<Address> read_address(Context& context, const JsonNode& node, Code code) {
  Address address;
  for (const JsonNode* part = context.json.first(node); part != nullptr;
       part = context.json.next(*part)) {
    if (part->key.starts_with('@')) continue;
    const Member* member = address_type.find(part->key);
    if (member == nullptr || (part->type != JsonType::string && part->type != JsonType::null)) {
      const std::string path = context.json.path(*part);
      return fail(code,
                  member == nullptr
                      ? "An address has no member '" + std::string(part->key.substr(0, 64)) + "'."
                      : "'" + path + "' must be a string.",
                  path);
    }
    if (Failure failure = assign_member(context, *member, &address, *part)) return failure;
  }
  if (address == Address{}) {
    return fail(code, "An address is an object that is not empty.", context.json.path(node));
  }
  if (address.country_code && !catalog::is_country(context.store.view(address.country_code))) {
    return fail(code, "'countryCode' must be an ISO 3166-1 alpha-2 code.",
                context.json.path(node, "countryCode"));
  }
  return address;
}

/// `changeDeliveryAddress`, `changeInvoiceAddress` (O-55).
Failure change_address(Context& context, Ref order, AddressSlot slot, const JsonNode& payload) {
  Store& store = context.store;
  for (const Ref item : items_of(store, order)) {
    if (only_in(store.at<OrderItem>(item).phases, Phase::new_, Phase::reserved)) continue;
    return fail(Code::address_not_changeable,
                "Addresses change only while every unit is New or Reserved.");
  }
  Result<Address> address = read_address(context, payload, Code::invalid_action_payload);
  if (!address) return std::move(address.failure);
  store.update<TradeOrder>(order, [&](TradeOrder& row) {
    auto& list = slot == AddressSlot::delivery ? row.delivery_addresses : row.invoice_addresses;
    list.clear();
    list.push_back(address.value);
  });
  touch(context, order);
  return {};
}

}  // namespace waybill::orders
