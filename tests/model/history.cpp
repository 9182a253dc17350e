#include "history.hpp"

#include <cstdio>

#include "base/check.hpp"

namespace waybill::model {
namespace {

constexpr uint64_t steps_between_checks = 25;
constexpr uint64_t refusals_between_dumps = 10;

/// The orders that a command is about.
struct Touched {
  const Model& model;

  std::string operator()(const PlaceOrder& command) const { return command.order.id; }
  std::string operator()(const ChangeOrder& command) const { return command.order; }
  std::string operator()(const ChangeLine& command) const { return command.order; }
  std::string operator()(const DeleteOrder& command) const { return command.order; }
  std::string operator()(const PayDirectly& command) const { return command.order; }
  std::string operator()(const ShipDirectly& command) const { return command.order; }
  std::string operator()(const Release& command) const { return order_of(command.shipment); }
  std::string operator()(const Carry& command) const { return order_of(command.shipment); }
  template <class Other>
  std::string operator()(const Other&) const {
    return {};
  }

 private:
  std::string order_of(const std::string& shipment) const {
    const auto found = model.shipments().find(shipment);
    return found == model.shipments().end() ? std::string() : found->second.order;
  }
};

/// The error's code, or its `@type` if it has none.
std::string code_of(const Response& response) {
  if (response.status < 300) return {};
  const Json body = Json::parse(response.body, nullptr, false);
  for (const char* name : {"code", "@type"}) {
    if (body.is_object() && body.contains(name) && body[name].is_string()) return body[name];
  }
  return {};
}

bool agrees(const Answer& expected, const Response& response) {
  if (response.status != static_cast<uint32_t>(expected.status)) return false;
  return expected.code == "*" || expected.code == code_of(response);
}

}  // namespace

std::string History::run(const Step& step, Tallies& tallies) {
  now_ = step.at;
  const bool changed = model_.advance(now_);
  const Wait* wait = std::get_if<Wait>(&step.command);
  if (wait != nullptr && wait->tick) subject_.tick(now_);
  if (changed || wait != nullptr) {  // what time has done is read before anything else happens
    log_ += "\n# " + time_text(now_) + "\n";
    if (std::string failure = check_all(); !failure.empty()) return failure;
  }
  if (const Host* does = std::get_if<Host>(&step.command)) return host(does->does);
  if (wait != nullptr) return {};
  if (std::string failure = request(step, tallies); !failure.empty()) return failure;
  return ++steps_ % steps_between_checks == 0 ? check_all() : std::string();
}

std::string History::request(const Step& step, Tallies& tallies) {
  const Request request = request_of(
      step, [&](const std::string& id) { return keys_.contains(id) ? keys_[id].shipment : ""; },
      [&](const std::string& id, size_t index) {
        return index < keys_[id].items.size() ? keys_[id].items[index] : std::string();
      });
  if (request.target.empty()) return {};
  log_ += "\n### " + time_text(step.at) + "\n" + text_of(request);

  const Model before = model_;
  const std::string touched = std::visit(Touched{model_}, step.command);
  const Answer expected = model_.run(step.command);
  const bool unchanged = model_ == before;
  std::string was;
  const bool dumped = unchanged && ++refusals_ % refusals_between_dumps == 0;
  if (dumped) was = dump();
  const bool was_pending = subject_.pending();
  const Response response = subject_.send(request, now_);
  log_ += "# " + std::to_string(response.status) + " " + code_of(response) + "\n";

  if (!agrees(expected, response)) {
    return "The answer is " + std::to_string(response.status) + " " + code_of(response) + ", not " +
           std::to_string(expected.status) + " " + expected.code + ":\n" + response.body;
  }
  Tally& tally = tallies[name_of(step.command)];
  if (expected.accepted()) {
    ++tally.accepted;
  } else {
    ++tally.refused[expected.code];
  }
  if (unchanged && !was_pending && subject_.pending()) {
    return "What changes nothing left something to write.";
  }
  if (dumped) {
    if (std::string failure = compare("What changes nothing", was, dump()); !failure.empty()) {
      return failure;
    }
  }
  if (std::string contradiction = model_.contradiction(); !contradiction.empty()) {
    return "The model contradicts itself: " + contradiction;
  }
  if (!touched.empty()) {
    if (std::string failure = check_order(touched); !failure.empty()) return failure;
    if (std::string failure = check_stock_of(touched); !failure.empty()) return failure;
  }
  const bool elsewhere = std::holds_alternative<SetPrice>(step.command) ||
                         std::holds_alternative<DeleteOrder>(step.command) ||
                         std::holds_alternative<ResetStock>(step.command) ||
                         (touched.empty() && !std::holds_alternative<Adjust>(step.command));
  if (elsewhere) return check_all();
  if (const Adjust* adjust = std::get_if<Adjust>(&step.command)) {
    for (const Adjust::Item& item : adjust->items) {
      if (product_of(item.sku) == nullptr) continue;
      if (std::string failure = check_stock(item.sku); !failure.empty()) return failure;
    }
  }
  return {};
}

// ── Frames and engines ───────────────────────────────────────────────────────────────────────────

std::string History::host(Host::Does does) {
  switch (does) {
    case Host::Does::seal:
      if (!subject_.sealed() && subject_.seal()) {
        log_ += "\n# frame sealed\n";
        sealed_ = model_;
      }
      return {};
    case Host::Does::confirm:
      if (subject_.sealed()) {
        log_ += "\n# frame confirmed\n";
        subject_.confirm();
        confirmed_ = sealed_;
      }
      return {};
    case Host::Does::refuse:
      if (!subject_.sealed()) return {};
      log_ += "\n# frame refused\n";
      subject_.refuse();
      return_to_confirmed();
      return check_all();
    case Host::Does::restart:
      settle();
      log_ += "\n# engine restarted\n";
      subject_.restart();
      return check_all();
    case Host::Does::crash:
      log_ += "\n# engine restarted without what was not confirmed\n";
      subject_.restart();
      return_to_confirmed();
      return check_all();
    case Host::Does::snapshot:
      settle();
      log_ += "\n# snapshot\n";
      subject_.snapshot();
      return {};
  }
  return {};
}

void History::settle() {
  if (subject_.sealed()) subject_.confirm();
  if (subject_.seal()) subject_.confirm();
  confirmed_ = model_;
}

void History::return_to_confirmed() {
  model_ = confirmed_;
  model_.advance(now_);
  keys_.clear();
}

// ── Comparing ────────────────────────────────────────────────────────────────────────────────────

std::string History::check_all() {
  if (std::string difference = subject_.verify(); !difference.empty()) {
    return "The engine contradicts itself: " + difference;
  }
  for (const auto& [id, order] : model_.orders()) {
    if (std::string failure = check_order(id); !failure.empty()) return failure;
  }
  for (const auto& [id, shipment] : model_.shipments()) {
    if (!shipment.order.empty()) continue;
    if (std::string failure = check_shipment(shipment); !failure.empty()) return failure;
  }
  for (const Product& product : products()) {
    if (std::string failure = check_stock(product.sku); !failure.empty()) return failure;
  }
  for (const Place& place : places()) {
    std::string failure = compare("entries of " + place.name, view_of_entries(model_, place.name),
                                  view_of_entries(read(entries_target(place.name))));
    if (!failure.empty()) return failure;
  }
  const std::string count = "/v1/trade-orders~count";
  std::string failure =
      compare("number of orders", std::to_string(model_.orders().size()), read(count).dump());
  if (!failure.empty()) return failure;
  return compare("payments", view_of_payments(model_), view_of_payments(read(payments_target())));
}

std::string History::check_order(const std::string& id) {
  const Order* order = model_.order(id);
  if (order == nullptr) {
    const uint32_t status = subject_.get(order_target(id), now_).status;
    return compare("order " + id, "404", std::to_string(status));
  }
  const Json answer = read(order_target(id));
  std::string failure =
      compare("order " + id, view_of_order(model_, *order), view_of_order(answer));
  if (!failure.empty()) return failure;
  learn_keys(model_.shipments_of(id), answer["shipments"]);
  return {};
}

std::string History::check_stock_of(const std::string& order) {
  std::set<std::string> skus;
  if (const Order* own = model_.order(order)) {
    for (const Line& line : own->lines) skus.insert(line.sku);
  }
  for (const std::string& sku : skus) {
    if (std::string failure = check_stock(sku); !failure.empty()) return failure;
  }
  return {};
}

std::string History::check_shipment(const Shipment& shipment) {
  const Json answer = read("/v1/shipment-orders/com.acme.shipment=" + shipment.id +
                           "~with(items~with(statusDetails,orderItem))");
  std::string failure = compare("shipment " + shipment.id, view_of_shipment(model_, shipment),
                                view_of_shipment(answer));
  if (failure.empty()) learn_keys({&shipment}, Json::array({answer}));
  return failure;
}

std::string History::check_stock(const std::string& sku) {
  return compare("stock of " + sku, view_of_stock(model_, sku),
                 view_of_stock(read(stock_target(sku))));
}

std::string History::compare(const std::string& what, const std::string& expected,
                             const std::string& found) {
  if (expected == found) return {};
  return what + ": expected\n" + expected + "\nfound\n" + found + "\n";
}

void History::learn_keys(const std::vector<const Shipment*>& shipments, const Json& answers) {
  std::erase_if(keys_, [&](const auto& each) { return !model_.shipments().contains(each.first); });
  for (size_t i = 0; i < shipments.size(); ++i) {
    Keys& keys = keys_[shipments[i]->id];
    keys.shipment = answers[i]["identifiers"]["key"];
    keys.items.clear();
    for (const Json& item : answers[i]["items"]) keys.items.push_back(item["identifiers"]["key"]);
  }
}

Json History::read(const std::string& target) {
  const Response response = subject_.get(target, now_);
  if (response.status != 200) return Json("status " + std::to_string(response.status));
  return Json::parse(response.body, nullptr, false);
}

/// The bytes of all that orders, payments, shipments and stock are.
std::string History::dump() {
  std::string all;
  for (const char* collection :
       {"trade-orders", "payment-orders", "shipment-orders", "trade-records", "stock-adjustments",
        "stock-places", "products", "prices", "trade-relationships", "companies", "people"}) {
    all += subject_.get("/v1/" + std::string(collection) + "~withAll", now_).body;
  }
  return all;
}

std::string journal_of_world() {
  Subject subject;
  for (const Request& request : world_requests()) {
    const Response response = subject.send(request, start_of_time);
    if (response.status >= 300) {
      std::fprintf(stderr, "%s\n%s\n", text_of(request).c_str(), response.body.c_str());
    }
    check(response.status < 300);
  }
  check(subject.seal());
  subject.confirm();
  return subject.journal();
}

}  // namespace waybill::model
