#include "catalog/catalog.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"

namespace waybill::orders {

/// `changeDeliveryAddress`, `changeInvoiceAddress` (O-55).
Failure change_address(Context& context, Ref order, AddressSlot slot, const JsonNode& payload) {
  Store& store = context.store;
  for (const Ref item : items_of(store, order)) {
    if (only_in(store.at<OrderItem>(item).phases, Phase::new_, Phase::reserved)) continue;
    return fail(Code::address_not_changeable,
                "Addresses change only while every unit is New or Reserved.");
  }
  Address address;
  for (const JsonNode* part = context.json.first(payload); part != nullptr;
       part = context.json.next(*part)) {
    if (part->key.starts_with('@')) continue;
    const Member* member = address_type.find(part->key);
    if (member == nullptr || (part->type != JsonType::string && part->type != JsonType::null)) {
      const std::string path = context.json.path(*part);
      return fail(Code::invalid_action_payload,
                  member == nullptr
                      ? "An address has no member '" + std::string(part->key.substr(0, 64)) + "'."
                      : "'" + path + "' must be a string.",
                  path);
    }
    if (Failure failure = assign_member(context, *member, &address, *part)) return failure;
  }
  if (address == Address{}) {
    return fail(Code::invalid_action_payload, "The address is empty.", context.json.path(payload));
  }
  if (address.country_code && !catalog::is_country(store.view(address.country_code))) {
    return fail(Code::invalid_action_payload, "'countryCode' must be an ISO 3166-1 alpha-2 code.",
                context.json.path(payload, "countryCode"));
  }
  store.update<TradeOrder>(order, [&](TradeOrder& row) {
    auto& list = slot == AddressSlot::delivery ? row.delivery_addresses : row.invoice_addresses;
    list.clear();
    list.push_back(address);
  });
  touch(context, order);
  return {};
}

}  // namespace waybill::orders
