#include "world.hpp"

namespace waybill::model {
namespace {

template <class Row>
const Row* find(const std::vector<Row>& rows, std::string Row::*name, std::string_view wanted) {
  for (const Row& row : rows) {
    if (row.*name == wanted) return &row;
  }
  return nullptr;
}

}  // namespace

const std::vector<Agent>& agents() {
  static const std::vector<Agent> all = {
      {"RETAIL", "companies", "", {"RETAIL-A", "RETAIL-B"}, true},
      {"VENDOR", "companies", "", {}, true},  // has no stock, nor has its owner: unmanaged
      {"EAST", "stores", "RETAIL", {"EAST-A"}, true},
      {"WEST", "stores", "RETAIL", {}, true},  // sells what lies at RETAIL
      {"ALICE", "people", "", {}, true},
      {"BOB", "people", "", {}, false},
  };
  return all;
}

const std::vector<Place>& places() {
  static const std::vector<Place> all = {
      {"RETAIL-A", ""}, {"RETAIL-A-1", "RETAIL-A"}, {"RETAIL-B", ""}, {"EAST-A", ""}};
  return all;
}

const std::vector<Product>& products() {
  static const std::vector<Product> all = {
      {.sku = "WIDGET", .vat_tenths = 250},
      {.sku = "NUT", .vat_tenths = 250},
      {.sku = "BOLT", .vat_tenths = 125, .vat_by_group = true},
      {.sku = "BOOK", .vat_tenths = 60},
      {.sku = "GIFT"},  // without a VAT code, and for nothing
      {.sku = "LATE", .vat_tenths = 120},
      {.sku = "PHONE", .kind = Kind::device, .vat_tenths = 250},
      {.sku = "ROUTER", .kind = Kind::device, .vat_tenths = 250, .serials_required = true},
      {.sku = "PLAN", .kind = Kind::plan, .vat_tenths = 250},
      {.sku = "SERVICE", .kind = Kind::service, .vat_tenths = 250},
      {.sku = "FREIGHT", .kind = Kind::shipping, .vat_tenths = 250},
  };
  return all;
}

const std::vector<Currency>& currencies() {
  static const std::vector<Currency> all = {{"SEK", 2}, {"JPY", 0}, {"EUR", 2}};
  return all;
}

const std::vector<Price>& first_prices() {
  static const std::vector<Price> all = {
      {"P-WIDGET", "WIDGET", "SEK", 199 * unit},
      {"P-WIDGET-WEST", "WIDGET", "SEK", 189'500'000, {"WEST"}},
      {"P-WIDGET-JPY", "WIDGET", "JPY", 1250 * unit},
      {"P-NUT", "NUT", "SEK", 100'000},
      {"P-NUT-JPY", "NUT", "JPY", 3'500'000},
      {"P-BOLT", "BOLT", "SEK", 33'330'000},
      {"P-BOOK", "BOOK", "SEK", 12'345'000},
      {"P-BOOK-ALICE", "BOOK", "SEK", 11'005'000, {}, {"ALICE"}},
      {"P-BOOK-SALE",
       "BOOK",
       "SEK",
       9 * unit,
       {"RETAIL"},
       {},
       start_of_time + 2 * hour,
       start_of_time + 9 * hour},
      {"P-GIFT", "GIFT", "SEK", 0},
      {"P-PHONE", "PHONE", "SEK", 11992 * unit},
      {"P-ROUTER", "ROUTER", "SEK", 799'990'000},
      {"P-PLAN", "PLAN", "SEK", 319'200'000},
      {"P-SERVICE", "SERVICE", "SEK", 159'200'000},
      {"P-FREIGHT", "FREIGHT", "SEK", 39'200'000},
  };
  return all;
}

const Agent* agent_of(std::string_view name) {
  return find(agents(), &Agent::name, name);
}

const Product* product_of(std::string_view sku) {
  return find(products(), &Product::sku, sku);
}

const Currency* currency_of(std::string_view code) {
  return find(currencies(), &Currency::code, code);
}

std::vector<std::string> owner_chain(const std::string& agent) {
  std::vector<std::string> chain;
  for (const Agent* at = agent_of(agent); at != nullptr; at = agent_of(at->owner)) {
    chain.push_back(at->name);
  }
  return chain;
}

std::vector<std::string> place_and_below(const std::string& place) {
  std::vector<std::string> all = {place};
  for (const Place& each : places()) {
    if (each.parent != place) continue;
    for (const std::string& below : place_and_below(each.name)) all.push_back(below);
  }
  return all;
}

std::vector<std::string> places_of(const std::string& owner) {
  std::vector<std::string> all;
  for (const std::string& root : agent_of(owner)->roots) {
    for (const std::string& place : place_and_below(root)) all.push_back(place);
  }
  return all;
}

std::string owner_of(const std::string& place) {
  for (const Agent& agent : agents()) {
    for (const std::string& own : places_of(agent.name)) {
      if (own == place) return agent.name;
    }
  }
  return {};
}

}  // namespace waybill::model
