#pragma once

#include <functional>
#include <random>

#include "commands.hpp"
#include "model.hpp"

namespace waybill::model {

/// Goods that are kept in stock, and not by serial number.
inline const std::vector<std::string> stocked = {"WIDGET", "NUT", "BOLT", "BOOK", "GIFT", "LATE"};

/// Makes up histories. It knows the state that the model is in, because most of what is sent should
/// make sense; and mistakes and repeats are sent on purpose.
class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  /// The step after `history`, which has led to `model`.
  Step next(const Model& model, const std::vector<Step>& history);

 private:
  Command choose();
  Command first_stock(size_t index);
  Command place_order();
  NewLine line(const NewOrder& order, size_t index);
  void spoil(NewOrder& order);
  Command repeat();
  Command act();
  Command several_actions();
  Command reserve();
  Command change_line();
  Command tell_units(ChangeLine command);
  Command delete_order();
  Command release();
  Command ship_directly();
  Command carry();
  Command return_units();
  Command pay_directly();
  Command adjust();
  Command count_stock();
  Command set_price();
  Command wait();
  Command host();

  PaymentArguments payment(const Order& order);
  Return units_to_return(const Order& order, const std::set<Phase>& from);
  std::string order_that(const std::function<bool(const Order&)>& wanted);
  std::string shipment_that(const std::function<bool(const Shipment&)>& wanted);
  bool in_stock(const Order& order);
  Moment moment();
  std::string fresh(const char* prefix);

  uint32_t below(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }
  bool one_in(uint32_t n) { return below(n) == 0; }
  template <class Value>
  const Value& any(const std::vector<Value>& all) {
    return all[below(static_cast<uint32_t>(all.size()))];
  }

  std::mt19937_64 random_;
  const Model* model_ = nullptr;
  const std::vector<Step>* history_ = nullptr;
  Time now_ = start_of_time;
  uint32_t made_ = 0;
  bool suitable_ = true;  // whether there was something to act on
};

}  // namespace waybill::model
