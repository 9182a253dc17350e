#include "catalog/catalog.hpp"
#include "orders/orders.hpp"
#include "orders/states.hpp"

namespace waybill::orders {

Result<Address> read_address(Context& context, const JsonNode& node, Code code) {
  Address address;
  bool says_something = false;
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
    says_something = says_something || !part->text.empty();
    if (Failure failure = assign_member(context, *member, &address, *part)) return failure;
  }
  if (!says_something) {
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
  const Action action = slot == AddressSlot::delivery ? Action::change_delivery_address
                                                      : Action::change_invoice_address;
  if (Failure failure = check_state(store, order, action)) return failure;
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
