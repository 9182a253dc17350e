#include "verify/verify.hpp"

#include <catch2/catch.hpp>

#include "model/agent.hpp"
#include "model/instance.hpp"
#include "model/record.hpp"
#include "model/shipment.hpp"
#include "model/stock.hpp"
#include "support/query_world.hpp"

namespace waybill {

namespace {

using http::Method;

/// Orders in several stages: with a unit to come back, shipped and paid, with a serial number that
/// is held.
void fill(QueryWorld& world) {
  const auto send = [&](Method method, std::string_view target, std::string_view body) {
    const http::Response response = world.send(method, target, body);
    INFO(std::string(response.body.view()));
    REQUIRE(response.status < 300);
  };
  send(Method::put, "/v1/return-reasons/com.acme.reason-id=REGRET", "{}");
  send(Method::put, "/v1/trade-orders/com.acme.order-id=V-0", R"({
    "supplier": {"identifiers": {"com.acme.company-id": "ACME-MOBILE"}},
    "customer": {"identifiers": {"com.acme.customer-id": "CUST-003"}},
    "sellers": [{"identifiers": {"com.acme.store-id": "STORE-CENTRAL"}}],
    "currency": {"identifiers": {"currencyCode": "SEK"}},
    "items": [{"identifiers": {"com.acme.line": "V-0-1"},
               "product": {"identifiers": {"com.acme.sku": "IPHONE-16-PRO"}},
               "instances": [{"imei": "359876543210999"}]}],
    "actions": {"commitReturn": {"items": [{"identifiers": {"com.acme.line": "V-0-1"},
      "returnParameters": {"reason": {"identifiers": {"com.acme.reason-id": "REGRET"}}}}]}}})");
  send(Method::put, "/v1/trade-orders/com.acme.order-id=V-1", R"({
    "supplier": {"identifiers": {"com.acme.company-id": "ACME-RETAIL"}},
    "customer": {"identifiers": {"com.acme.customer-id": "CUST-001"}},
    "sellers": [{"identifiers": {"com.acme.store-id": "WAREHOUSE-MAIN"}}],
    "currency": {"identifiers": {"currencyCode": "SEK"}},
    "items": [{"product": {"identifiers": {"com.acme.sku": "WIDGET-001"}}, "quantity": 3}],
    "actions": {"tryApprove": true, "createShipment": true, "createPayment": {
      "transactionId": "V-1", "timestamp": "2024-12-15T12:00:00Z", "amount": 100,
      "method": {"identifiers": {"methodId": "com.heads.card"}},
      "currency": {"identifiers": {"currencyCode": "SEK"}}}}})");
  send(Method::put, "/v1/trade-orders/com.acme.order-id=V-2", R"({
    "supplier": {"identifiers": {"com.acme.company-id": "ACME-MOBILE"}},
    "customer": {"identifiers": {"com.acme.customer-id": "CUST-003"}},
    "sellers": [{"identifiers": {"com.acme.store-id": "STORE-CENTRAL"}}],
    "currency": {"identifiers": {"currencyCode": "SEK"}},
    "items": [{"product": {"identifiers": {"com.acme.sku": "IPHONE-16-PRO"}},
               "instances": [{"imei": "359876543210123"}]}],
    "actions": {"tryApprove": true}})");
  const Ref shipment = Ref::to(*world.store().table(TableId::shipment_orders).live_rows().begin());
  send(Method::patch,
       "/v1/shipment-orders/" + world.keys().text(TableId::shipment_orders, shipment.row()) +
           "/actions",
       R"({"release": true})");
}

/// The newest row of a table.
template <class Row>
Ref newest(const Store& store) {
  Ref last;
  for (const uint32_t row : store.rows<Row>().live_rows()) last = Ref::to(row);
  return last;
}

/// Changes a row behind the engine's back; what verify says then.
template <class Row, class Edit>
std::string after(Edit&& edit, Ref (*choose)(const Store&) = newest<Row>) {
  QueryWorld world;
  fill(world);
  Store& store = world.store();
  REQUIRE(verify_store(store, world.keys()).empty());
  store.begin();
  store.update<Row>(choose(store), edit);
  store.commit(Instant{0});
  return verify_store(store, world.keys());
}

Decimal one() {
  return Decimal::from_int(1);
}

using Catch::Contains;

}  // namespace

TEST_CASE("Verify finds levels that their adjustments do not come to", "[C-66]") {
  CHECK_THAT(after<StockLevel>([](StockLevel& row) { row.physical = one(); }),
             Contains("stock level") && Contains("physical quantity is 1, but comes to "));
  CHECK_THAT(after<AdjustmentItem>([](AdjustmentItem& row) { row.quantity = one(); }),
             Contains("physical quantity is"));
}

TEST_CASE("Verify finds holds that lines do not come to", "[C-52]") {
  CHECK_THAT(after<StockHold>([](StockHold& row) { row.held = Decimal::from_int(7); }),
             Contains("held quantity is 7, but comes to 1"));
  CHECK_THAT(after<OrderItem>([](OrderItem& row) { row.held = {}; }),
             Contains("it holds stock of"));
}

TEST_CASE("Verify finds serial numbers that are not where they were put", "[C-26][C-76]") {
  CHECK_THAT(after<ProductUnit>([](ProductUnit& row) { row.place_product.first = {}; }),
             Contains("does not lie where the last adjustment left it"));
  CHECK_THAT(after<ProductUnit>([](ProductUnit& row) { row.holder = Ref::to(0); }),
             Contains("a line holds it that does not name it"));
}

TEST_CASE("Verify finds lines whose units do not add up", "[O-44][O-87]") {
  CHECK_THAT(after<OrderItem>([](OrderItem& row) { row.quantity = Decimal::from_int(2); }),
             Contains("quantity is 2, but comes to 1"));
  const auto fulfil = [](OrderItem& row) {
    row.phases[0].phase = static_cast<uint32_t>(Phase::fulfilled);
  };
  CHECK_THAT(after<OrderItem>(fulfil),
             Contains("more units with serial numbers are in a phase than units"));
  const auto released = [](const Store& store) {
    return store.at<ShipmentItem>(newest<ShipmentItem>(store)).order_item;
  };
  CHECK_THAT(
      after<OrderItem>(
          [](OrderItem& row) { row.phases[0].phase = static_cast<uint32_t>(Phase::cancelled); },
          released),
      Contains("Fulfilled quantity is 0, but comes to 3"));
  CHECK_THAT(after<TradeRecordItem>([](TradeRecordItem& row) { row.quantity = one(); }),
             Contains("but comes to"));
  CHECK_THAT(
      after<TradeRecordItem>([](TradeRecordItem& row) { row.quantity = Decimal::from_int(9); }),
      Contains("trade record item") && Contains("it moves more units than there were"));
  CHECK_THAT(after<OrderItem>([](OrderItem& row) { row.expires = Instant{5}; }),
             Contains("a reservation never ends, or what ends is none"));
  CHECK_THAT(
      after<ProductInstance>([](ProductInstance& row) { row.quantity = Decimal::from_int(2); }),
      Contains("quantity of its units is 2, but comes to 1"));
}

TEST_CASE("Verify finds returns that are not of the units that wait", "[O-83]") {
  CHECK_THAT(after<OrderReturn>([](OrderReturn& row) { row.open = Decimal::from_int(2); }),
             Contains("ReturnCommitted quantity is 1, but comes to 2"));
  CHECK_THAT(
      after<OrderReturn>([](OrderReturn& row) { row.instances.push_back(row.instances[0]); }),
      Contains("one of its returns names a unit that is not its own"));
  CHECK_THAT(
      after<ProductInstance>(
          [](ProductInstance& row) { row.phase = static_cast<uint32_t>(Phase::return_fulfilled); },
          [](const Store& store) {
            return store.at<OrderReturn>(newest<OrderReturn>(store)).instances[0];
          }),
      Contains("more units with serial numbers are in a phase than units"));
}

TEST_CASE("Verify finds shipments that do not agree with their orders", "[O-75][O-78]") {
  CHECK_THAT(after<ShipmentItem>([](ShipmentItem& row) { row.quantity = one(); }),
             Contains("shipment item") && Contains("quantity is 1, but comes to 3"));
  CHECK_THAT(after<ShipmentItem>([](ShipmentItem& row) { row.phases[0].phase = 0; }),
             Contains("more of it waits on shipments than is Committed"));
  CHECK_THAT(after<ShipmentRecord>([](ShipmentRecord& row) { row.timestamp = Instant{0}; }),
             Contains("stands in the wrong place"));
}

TEST_CASE("Verify finds payments that do not add up", "[O-60][O-61]") {
  CHECK_THAT(after<PaymentOrder>([](PaymentOrder& row) { row.amount = one().negated(); }),
             Contains("more was refunded than was paid"));
  CHECK_THAT(after<TradeOrder>([](TradeOrder& row) { row.payments.clear(); },
                               [](const Store& store) {
                                 return store.at<PaymentOrder>(newest<PaymentOrder>(store)).order;
                               }),
             Contains("payment order") && Contains("its order does not list it"));
}

TEST_CASE("Verify finds references to what is gone", "[C-3]") {
  CHECK_THAT(after<TradeOrder>([](TradeOrder& row) { row.customer = Ref::to(100'000); }),
             Contains("trade order") && Contains("'customer' names a row that is gone") &&
                 Contains("com.acme.order-id=V-2"));
}

}  // namespace waybill
