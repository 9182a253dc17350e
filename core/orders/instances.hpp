#pragma once

#include <optional>
#include <vector>

#include "model/instance.hpp"
#include "model/order.hpp"
#include "rules/body.hpp"
#include "stock/stock.hpp"

/// Units of a line that are told apart (O-26 to O-31).
namespace waybill::orders {

using stock::instance_kind;
using stock::InstanceKind;

/// A line's body, with those of its `productInstances`; types are checked.
struct LineBody {
  Body line;
  std::vector<Body> instances;

  static Result<LineBody> read(Context& context, const JsonNode& node, Body::Purpose purpose);
  /// From the line's own body.
  static Result<LineBody> read(Context& context, const Body& line);
};

/// The units that a body tells apart, in either spelling, as rows that are not stored yet; none if
/// it only says how many there are (O-26, O-27, O-30).
Result<std::vector<ProductInstance>> read_instances(Context& context, const LineBody& body,
                                                    Ref product);
/// How many units they are.
Decimal count_of(const std::vector<ProductInstance>& instances);
/// Stores the units of a line that is about to be stored as `line`.
void add_instances(Context& context, Ref line, OrderItem& item,
                   std::vector<ProductInstance> instances);

/// The IMEI of a device that a line's body names, empty if there is none (O-28).
std::vector<std::string_view> device_imeis(Context& context, const Body& line);

/// Whether a body says something else of a line's units than what is stored.
bool instances_differ(Context& context, const LineBody& body, Ref line);

/// Whether no unit of a line was shipped or came back: its units can be told apart (O-18).
bool is_editable(const OrderItem& item);

/// Tells the units of a line apart anew, or for the first time, while none is shipped (O-18, O-31).
Failure replace_instances(Context& context, Ref line, const LineBody& body);

inline constexpr std::string_view no_device =
    "A plan must name the IMEI of a device on an earlier line of the order.";

/// Whether `units` of `all` can go without cutting one of the `serials` among them that have serial
/// numbers, which go first.
bool go_whole(Decimal units, Decimal all, size_t serials);
/// InvalidQuantity for those that cannot.
Failure not_whole(std::string path);

/// Those of `instances` with serial numbers that are in a phase; the first `most` of them.
List<Ref> serials_in(const Store& store, const List<Ref>& instances, Phase phase,
                     std::optional<Decimal> most = {});

}  // namespace waybill::orders
