#pragma once

#include <map>
#include <string>
#include <vector>

#include "model.hpp"
#include "subject.hpp"
#include "views.hpp"

/// Runs steps on the model and on an engine, and compares.
namespace waybill::model {

/// What became of the commands of one kind.
struct Tally {
  uint64_t accepted = 0;
  std::map<std::string, uint64_t> refused;  // by code
};
using Tallies = std::map<std::string, Tally>;

class History {
 public:
  explicit History(const std::string& world_journal) : subject_(world_journal) {}

  /// Empty, or how the engine and the model differ.
  std::string run(const Step& step, Tallies& tallies);
  /// The same for all that can be read.
  std::string check_all();

  const Model& model() const { return model_; }
  /// The requests sent, with what they were answered.
  const std::string& log() const { return log_; }

 private:
  std::string host(Host::Does does);
  std::string request(const Step& step, Tallies& tallies);
  std::string check_order(const std::string& id);
  std::string check_shipment(const Shipment& shipment);
  std::string check_stock(const std::string& sku);
  std::string check_stock_of(const std::string& order);
  std::string compare(const std::string& what, const std::string& expected,
                      const std::string& found);
  void settle();
  void return_to_confirmed();
  std::string dump();
  Json read(const std::string& target);
  void learn_keys(const std::vector<const Shipment*>& shipments, const Json& answers);

  struct Keys {
    std::string shipment;
    std::vector<std::string> items;
  };

  Subject subject_;
  Model model_;
  Model sealed_;
  Model confirmed_;
  std::map<std::string, Keys> keys_;  // of shipments
  Time now_ = start_of_time;
  std::string log_;
  uint64_t steps_ = 0;
  uint64_t refusals_ = 0;
};

/// The journal of an engine with the world in it (world.hpp).
std::string journal_of_world();

}  // namespace waybill::model
