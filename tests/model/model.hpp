#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "commands.hpp"
#include "world.hpp"

/// Orders, stock and money as the chapters "orders" and "catalog and stock" describe them, written
/// to be read beside these and for nothing else: it is small, slow and keeps no sums. What the
/// engine is tested against, so nothing here may be taken from the engine.
namespace waybill::model {

/// What a command is answered with: the status, and the error's `code` or else its `@type`.
struct Answer {
  int status = 200;
  std::string code;

  bool accepted() const { return status < 300; }
};

enum class Phase {
  new_,
  reserved,
  unreserved,
  committed,
  fulfilled,
  return_committed,
  return_fulfilled,
  cancelled,  // the last one in a status (O-43)
};
constexpr size_t phase_count = 8;
const char* name_of(Phase phase);

struct Part {
  Phase phase = Phase::new_;
  Quantity quantity = 0;

  friend bool operator==(const Part&, const Part&) = default;
};

/// Units that one commitReturn took back, or is to.
struct ReturnPart {
  Quantity quantity = 0;
  std::vector<std::string> serials;  // of those that have one
  bool restock = true;

  friend bool operator==(const ReturnPart&, const ReturnPart&) = default;
};

struct Line {
  std::string id;
  std::string order;
  std::string sku;
  Quantity quantity = 0;
  std::vector<std::string> serials;
  std::vector<Phase> serial_phases;  // of each of these
  int told = 0;                      // later ones named them later
  std::string seller;
  std::optional<Net> net;  // once it has a price
  bool manual = false;
  std::optional<Time> reserved_until;
  std::vector<Part> parts;            // the phase entered last first (O-44)
  Quantity held = 0;                  // of its seller's stock
  std::vector<ReturnPart> returning;  // its ReturnCommitted units, oldest first

  Quantity in(Phase phase) const;
  /// The first so many of its serials that are in the phase.
  std::vector<std::string> serials_in(Phase phase, Quantity units) const;
  /// The first so many of `some` of its serials that are in the phase.
  std::vector<std::string> first_of(const std::vector<std::string>& some, Phase phase,
                                    Quantity units) const;
  /// Null: none of its serials.
  const Phase* phase_of(const std::string& serial) const;
  /// With the first serials that are in `from`, or with those.
  void move(Phase from, Phase to, Quantity units);
  void move(Phase from, Phase to, Quantity units, const std::vector<std::string>& moving);

  friend bool operator==(const Line&, const Line&) = default;
};

struct Payment {
  std::string id;  // empty: made by createPayment
  std::string transaction;
  std::string method;
  std::string currency;
  Money amount = 0;
  std::string order;  // empty: none
  Time timestamp = 0;

  friend bool operator==(const Payment&, const Payment&) = default;
};

enum class Stage { new_, released, transiting, acquired };
const char* name_of(Stage stage);

struct ShipmentItem {
  std::string line;  // empty: not linked to an order
  std::string sku;
  Quantity quantity = 0;
  std::array<Quantity, 4> in{};      // by Stage
  std::vector<std::string> serials;  // of those of its line that it has; released ones first

  Quantity at(Stage stage) const { return in[static_cast<size_t>(stage)]; }
  void move(Stage from, Stage to, Quantity units);

  friend bool operator==(const ShipmentItem&, const ShipmentItem&) = default;
};

struct Shipment {
  std::string id;
  std::string order;  // empty: none
  std::string sender;
  std::string source;       // a place, or "at <agent>" for an address
  std::string destination;  // a place, or empty
  std::vector<ShipmentItem> items;
  std::set<std::string> records;  // identifiers of carrier records
  int made = 0;                   // later ones have larger numbers

  Quantity at(Stage stage) const;
  /// `New`, `PartiallyReleased` … (O-75).
  std::string status() const;

  friend bool operator==(const Shipment&, const Shipment&) = default;
};

struct Order {
  std::string id;
  std::string supplier;
  std::string customer;
  std::vector<std::string> sellers;
  std::string currency;
  std::optional<Time> reserved_until;
  std::vector<Line> lines;
  std::string delivery;  // line1 of its address, empty: none
  std::string invoice;
  int shipments_made = 0;

  std::set<Phase> phases() const;
  bool only(const std::set<Phase>& allowed) const;
  int digits() const { return currency_of(currency)->digits; }

  friend bool operator==(const Order&, const Order&) = default;
};

/// A serial in stock.
struct SerialUnit {
  std::string sku;
  std::string serial;
  std::string place;
  std::string holder;  // the line that holds it, or empty

  friend bool operator==(const SerialUnit&, const SerialUnit&) = default;
};

class Model {
 public:
  Model();
  friend bool operator==(const Model&, const Model&) = default;

  /// Runs what is due: reservations that end (O-41), prices that have come (O-35). Whether any was.
  bool advance(Time now);
  /// What it is answered with. What is refused, and what says what is so already, changes nothing.
  Answer run(const Command& command);

  // ── What can be read ─────────────────────────────────────────────────────────────────────────

  const std::map<std::string, Order>& orders() const { return orders_; }
  const std::map<std::string, Shipment>& shipments() const { return shipments_; }
  const std::vector<SerialUnit>& serials() const { return serials_; }
  const std::vector<Payment>& payments() const { return payments_; }
  Time now() const { return now_; }

  const Order* order(const std::string& id) const;
  const Line* line(const std::string& id) const;
  /// In the order in which they were made.
  std::vector<const Shipment*> shipments_of(const std::string& order) const;
  std::vector<Payment> payments_of(const std::string& order) const;

  Money unit_incl_vat(const Line& line) const;
  /// O-39: a line's own value, else the order's if that reserves it.
  std::optional<Time> shown_reserved_until(const Line& line) const;
  std::optional<Money> total(const Line& line) const;
  std::optional<Money> total(const Order& order) const;
  std::optional<Money> balance(const Order& order) const;
  Money paid(const std::string& order) const;

  /// The stock owner of a line (C-71); empty: none.
  std::string stock_owner(const std::string& seller, const std::string& supplier) const;
  /// Whether its stock is checked and moved (O-38, C-25).
  bool managed(const Line& line) const;
  Quantity physical(const std::string& owner, const std::string& sku) const;
  Quantity held(const std::string& owner, const std::string& sku) const;
  Quantity available(const std::string& owner, const std::string& sku) const;
  bool recorded(const std::string& owner, const std::string& sku) const;
  /// What is at exactly this place, by product; products once recorded stay (C-53).
  const std::map<std::string, Quantity>& at(const std::string& place) const;
  bool serial_held(const std::string& sku, const std::string& serial) const;

  /// What must be true of any state; empty if it is.
  std::string contradiction() const;

 private:
  Answer apply(const PlaceOrder& command);
  Answer apply(const ChangeOrder& command);
  Answer apply(const ChangeLine& command);
  Answer apply(const DeleteOrder& command);
  Answer apply(const PayDirectly& command);
  Answer apply(const ShipDirectly& command);
  Answer apply(const Release& command);
  Answer apply(const Carry& command);
  Answer apply(const Adjust& command);
  Answer apply(const CountStock& command);
  Answer apply(const ResetStock& command);
  Answer apply(const AllowBackOrders& command);
  Answer apply(const SetPrice& command);
  Answer apply(const Wait&) { return {}; }
  Answer apply(const Host&) { return {}; }

  // Orders.
  Answer check_line(const NewOrder& order, size_t index) const;
  std::string seller_of(const NewOrder& order, const NewLine& sent,
                        const std::vector<Line>& earlier) const;
  Answer update(Order& order, const NewOrder& sent);
  Answer change_serials(Line& line, const std::vector<std::string>& serials);
  Answer reserve(const std::vector<Line*>& lines, std::optional<Time> until);
  Answer reserve_order(Order& order, std::optional<Time> until);
  Answer reserve_line(Line& line, std::optional<Time> until);
  Answer hold(const std::vector<Line*>& lines);
  bool hold_serials(const Line& line, const std::set<Phase>& phases);
  /// Units that their line does not wait for any more are free.
  void let_go();
  /// Those that nobody holds go to the oldest line that waits for them (C-76).
  void offer_units();
  bool is_free(const SerialUnit* unit, const std::string& owner, const Line& line) const;
  bool expire();
  bool find_prices();
  std::optional<Net> price(const Order& order, const Line& line) const;

  // Actions.
  Answer act(Order& order, const Actions& actions);
  Answer pay(Order& order, const PaymentArguments& sent);
  Answer check_amount(const Order& order, Money amount) const;
  Answer approve(Order& order);
  Answer ship(Order& order);
  Answer cancel(Order& order);
  Answer commit_return(Order& order, const Return& sent);
  Answer fulfill_return(Order& order, const Return& sent);
  Answer cancel_return(Order& order, const Return& sent);
  Answer check_return(Order& order, const Return& sent, const std::set<Phase>& from,
                      bool with_reason);
  /// Ends what waits to be returned, the oldest first; `arrive` gets each part of it.
  template <class Arrive>
  void end_return(const ReturnEntry& entry, Phase to, Arrive&& arrive);

  // Shipments and stock.
  Answer release(Shipment& shipment, const std::vector<Quantity>& units);
  /// What leaves of one product and owner.
  struct Leaving {
    Quantity linked = 0;
    Quantity unlinked = 0;
    Quantity loose = 0;             // of the linked ones: with serials that never were in stock
    std::set<std::string> serials;  // of the linked ones
  };
  void take(const std::string& owner, const std::string& source, const std::string& sku,
            const Leaving& leaving);
  Quantity level(const std::string& place, const std::string& sku) const;
  int64_t registered(const std::string& place, const std::string& sku, bool held_only) const;
  std::string owner_of_direct(const Shipment& shipment) const;
  std::string source_of(const Line& line) const;
  Quantity on_new_shipments(const std::string& line) const;
  /// The oldest first.
  std::vector<ShipmentItem*> items_of(const std::string& line);
  /// The first of its serials that are on no item, for so many units.
  std::vector<std::string> serials_to_ship(const Line& line, Quantity units);
  Line* find_line(const std::string& id);
  SerialUnit* find_serial(const std::string& sku, const std::string& serial);
  void arrive(const std::string& sku, const std::vector<std::string>& serials,
              const std::string& place);
  void register_serial(const std::string& sku, const std::string& serial, const std::string& place);
  ptrdiff_t age(const SerialUnit& unit) const;
  void remove_serial(const std::string& sku, const std::string& serial);
  bool has_serials(const std::string& owner, const std::string& sku) const;

  Time now_ = start_of_time;
  std::map<std::string, Order> orders_;
  std::vector<Payment> payments_;
  std::map<std::string, Shipment> shipments_;
  std::map<std::string, std::map<std::string, Quantity>> physical_;  // place, product
  std::vector<SerialUnit> serials_;                                  // oldest first
  std::vector<std::pair<std::string, std::string>> known_serials_;   // ever in stock
  std::vector<Price> prices_;
  std::set<std::string> adjustments_;
  std::set<std::string> counts_;
  std::set<std::pair<std::string, std::string>> back_orders_;  // supplier, customer
  int shipments_made_ = 0;
  int told_ = 0;
};

}  // namespace waybill::model
