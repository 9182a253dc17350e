#include "stock/entries.hpp"

#include "base/checksum.hpp"
#include "base/limits.hpp"
#include "model/agent.hpp"
#include "model/instance.hpp"
#include "rules/compare.hpp"
#include "rules/quantity.hpp"
#include "stock/adjust.hpp"
#include "stock/movement.hpp"

namespace waybill::stock {

namespace {

/// What one entry says, its references found.
struct Entry {
  const Body& body;
  StockEntryInput level;
  NamedUnits units;
};

/// Levels that were counted, one entry after another; deltas are to the levels before the request
/// (C-63).
class SubmissionWriter {
 public:
  /// `product`: of all entries; or none, then they say so.
  SubmissionWriter(Context& context, StockAdjustment& adjustment, Ref ref, Ref product)
      : context_(context),
        store_(context.store),
        adjustment_(adjustment),
        ref_(ref),
        product_(product) {}

  /// The reason of all items: the one that is named, else StockEntry. Its direction does not steer.
  Failure read_reason(const Body& body) {
    if (!body.has("reason")) {
      reason_ = system_reason(store_, SystemReason::stock_entry);
      return {};
    }
    Result<Ref> reason = resolve(context_, TableId::adjustment_reasons, *body.get("reason"));
    if (!reason) return std::move(reason.failure);
    reason_ = reason.value;
    const AdjustmentReason& row = store_.at<AdjustmentReason>(reason_);
    if (row.active == MaybeBool::no) {
      return fail(Code::invalid_value, "The reason is not active.", body.path("reason"));
    }
    if (row.direction) {
      context_.hint("T-C-9", body.path("reason"), "the reason's direction does not steer a level");
    }
    return {};
  }

  Failure add(const Body& body) {
    Entry entry{body, {}, {}};
    if (!product_ && !body.has("product")) {
      return missing_member(context_, body.object(), "product");
    }
    if (!body.has("place")) return missing_member(context_, body.object(), "place");
    if (!body.has("physicalQuantity")) {
      return fail(Code::missing_required_field, "physicalQuantity is required on each entry",
                  body.path("physicalQuantity"));
    }
    if (Failure failure = read_level(body, entry.level)) return failure;
    Result<Decimal> quantity = read_signed_quantity(body, "physicalQuantity");
    if (!quantity) return std::move(quantity.failure);
    if (quantity.value.is_negative()) {
      context_.hint("T-C-13", body.path("physicalQuantity"), "a level below zero, not a decrease");
    }
    Result<NamedUnits> units = read_units(context_, body);
    if (!units) return std::move(units.failure);
    entry.units = std::move(units.value);
    if (entry.units.count && *entry.units.count != quantity.value) {
      return fail(Code::invalid_quantity, "'productInstances' must come to 'physicalQuantity'.",
                  body.path("physicalQuantity"));
    }
    if (Failure failure = check_owner(entry)) return failure;
    return apply_entry(entry);
  }

 private:
  Failure read_level(const Body& body, StockEntryInput& level) {
    for (const std::string_view member : {"product", "place", "physicalQuantity"}) {
      if (!body.has(member)) continue;
      if (product_ && member == "product") {
        context_.hint("T-C-11", body.path("product"), "ignored: the URL says the product");
        continue;
      }
      if (Failure failure =
              assign_member(context_, *stock_entry_type.find(member), &level, *body.get(member))) {
        return failure;
      }
    }
    if (product_) level.product = product_;
    return {};
  }

  Failure check_owner(const Entry& entry) {
    const Ref owner = owner_of_place(store_, entry.level.place);
    if (!adjustment_.owner) adjustment_.owner = owner;
    if (!adjustment_.owner) {
      return fail(Code::invalid_value,
                  "Could not determine owner for stock entry submission, please specify an owner "
                  "manually or use a root place.",
                  entry.body.path("place"));
    }
    if (owner == adjustment_.owner) return {};
    return fail(Code::invalid_value,
                "All entries in a stock entry submission must be owned by the same owner. Expected "
                "'" +
                    name_of(adjustment_.owner) + "', found '" + name_of(owner) + "' on entry.",
                entry.body.path("place"));
  }

  std::string name_of(Ref agent) const {
    if (!agent) return "nobody";
    const Text name = store_.at<Agent>(agent).name;
    return std::string(name ? store_.view(name) : "");
  }

  /// The level before the request; a second entry of the same product and place has the same start.
  Decimal start_of(const Entry& entry) {
    for (const Start& own : starts_) {
      if (own.place != entry.level.place || own.product != entry.level.product) continue;
      context_.hint("T-C-12", entry.body.path("place"),
                    "this product and place stand twice: both differences are added");
      return own.level;
    }
    const Decimal level = physical_at(store_, entry.level.place, entry.level.product);
    starts_.push_back({entry.level.place, entry.level.product, level});
    return level;
  }

  Failure apply_entry(const Entry& entry) {
    DecimalSum difference;
    difference.add(*entry.level.physical);
    difference.subtract(start_of(entry));
    Decimal left = difference.saturated();
    if (entry.units.count) {
      if (Failure failure = exchange_units(entry, left)) return failure;
    }
    return left.is_zero() ? Failure{} : move(entry, left, {});
  }

  /// Units with serial numbers that were found come, those that were not go; `left` is what the
  /// difference is without them.
  Failure exchange_units(const Entry& entry, Decimal& left) {
    List<Text> found, gone;
    for (const uint32_t row : units_at(store_, entry.level.place, entry.level.product)) {
      const Text serial = store_.rows<ProductUnit>().at(row).serial;
      if (!entry.units.serials.contains(serial)) gone.push_back(serial);
    }
    for (const Text serial : entry.units.serials) {
      const Ref unit = find_unit(store_, entry.level.product, serial);
      const bool here = unit && store_.at<ProductUnit>(unit).place() == entry.level.place;
      if (!here) found.push_back(serial);
    }
    for (const auto& [serials, sign] : {std::pair{&gone, -1}, {&found, 1}}) {
      if (serials->empty()) continue;
      const Decimal units = Decimal::from_int(sign * int64_t{serials->size()});
      if (Failure failure = move(entry, units, *serials)) return failure;
      left = *left.minus(units);
    }
    return {};
  }

  Failure move(const Entry& entry, Decimal units, const List<Text>& serials) {
    AdjustmentItem item;
    item.adjustment = ref_;
    item.product = entry.level.product;
    item.place = entry.level.place;
    item.reason = reason_;
    item.quantity = units.magnitude();
    item.direction = direction_text(store_, units.is_positive());
    item.serials = serials;
    if (Failure failure = check_units(store_, item, units.is_positive(), entry.body)) {
      return failure;
    }
    if (!apply(store_, item)) return level_too_high(entry.body.path("physicalQuantity"));
    adjustment_.items.push_back(store_.insert(std::move(item)));
    return {};
  }

  struct Start {
    Ref place, product;
    Decimal level;
  };

  Context& context_;
  Store& store_;
  StockAdjustment& adjustment_;
  Ref ref_;
  Ref product_;
  Ref reason_;
  std::vector<Start> starts_;
};

}  // namespace

namespace {

/// What tells whether a submission is sent again: its entries and its reason, as they were sent.
uint32_t digest_of(Context& context, const Body& body) {
  Bytes sent;
  for (const std::string_view member : {"entries", "reason"}) {
    if (body.has(member)) context.json.append(sent, *body.get(member));
    sent += ';';
  }
  return crc32c(sent.view());
}

/// A submission is readable as an adjustment by its identifiers: none may go by the first one yet.
Failure check_unused(Context& context, const Identifiers& identifiers, const Body& body) {
  if (identifiers.empty()) return {};
  const auto rows = context.store.table(TableId::stock_adjustments)
                        .find_identifier(identifiers[0].key, identifiers[0].value);
  if (rows.empty()) return {};
  Failure failure = fail(Code::already_exists, "There is an adjustment with these identifiers.",
                         body.path("identifiers"));
  add_conflicting_resource(context, *failure, "stock-adjustments", TableId::stock_adjustments,
                           *rows.first());
  return failure;
}

Result<Ref> submit(Context& context, Ref product, const Body& body,
                   const Identifiers& path_identifiers) {
  Store& store = context.store;
  StockAdjustment adjustment;
  adjustment.identifiers = path_identifiers;
  if (Failure failure = assign_identifiers(context, body, {}, TableId::stock_entries, {},
                                           adjustment.identifiers)) {
    return failure;
  }
  if (Failure failure = check_unused(context, adjustment.identifiers, body)) return failure;
  if (!body.has("timestamp")) {
    return fail(Code::missing_required_field, "Timestamp is required", body.path("timestamp"));
  }
  if (!body.has("entries") || body.get("entries")->count == 0) {
    return fail(body.has("entries") ? Code::empty_array : Code::missing_required_field,
                "Entries are required", body.path("entries"));
  }
  if (Failure failure = check_count(context, *body.get("entries"), limits::list_elements)) {
    return failure;
  }
  if (Failure failure = read_document(context, body, adjustment)) return failure;
  const Ref ref = Ref::to(store.rows<StockAdjustment>().size());
  SubmissionWriter writer(context, adjustment, ref, product);
  if (Failure failure = writer.read_reason(body)) return failure;
  for (const JsonNode* node = context.json.first(*body.get("entries")); node != nullptr;
       node = context.json.next(*node)) {
    Result<Body> entry = Body::read(context, stock_entry_type, *node, Body::Purpose::create);
    if (!entry) return std::move(entry.failure);
    if (Failure failure = writer.add(entry.value)) return failure;
  }
  StockEntrySubmission submission;
  submission.identifiers = adjustment.identifiers;
  submission.adjustment = ref;
  submission.digest = digest_of(context, body);
  check(store.insert(std::move(adjustment)) == ref);
  return store.insert(std::move(submission));
}

/// Whether a body says something else than the submission that is stored.
bool differs_from(Context& context, const StockEntrySubmission& own, const Body& body) {
  const StockAdjustment& adjustment = context.store.at<StockAdjustment>(own.adjustment);
  for (const std::string_view member : {"timestamp", "owner", "transactionId"}) {
    const JsonNode* node = body.get(member);
    if (node == nullptr) continue;
    if (says_otherwise(context, *stock_adjustment_type.find(member), &adjustment, *node)) {
      return true;
    }
  }
  return body.has("entries") && digest_of(context, body) != own.digest;
}

}  // namespace

Result<Ref> create_submission(Context& context, const Body& body,
                              const Identifiers& path_identifiers) {
  return submit(context, {}, body, path_identifiers);
}

Result<Ref> create_product_submission(Context& context, Ref product, const Body& body) {
  return submit(context, product, body, {});
}

Failure keep_submission(Context& context, Ref ref, const Body& body) {
  StockEntrySubmission changed = context.store.at<StockEntrySubmission>(ref);
  if (differs_from(context, changed, body)) {
    context.hint("T-C-14", context.json.path(body.object()),
                 "a submission does not change: the stored one is kept");
  }
  if (Failure failure =
          assign_identifiers(context, body, {}, TableId::stock_entries, ref, changed.identifiers)) {
    return failure;
  }
  context.store.update<StockEntrySubmission>(ref,
                                             [&](StockEntrySubmission& row) { row = changed; });
  context.store.update<StockAdjustment>(changed.adjustment, [&](StockAdjustment& row) {
    row.identifiers = changed.identifiers;  // they are found by the same in both collections
  });
  return {};
}

Failure reset(Context& context, const JsonNode& body) {
  if (body.type != JsonType::object) return failed_coercion(context, "an object", body);
  Store& store = context.store;
  for (const JsonNode* each = context.json.first(body); each != nullptr;
       each = context.json.next(*each)) {
    if (each->key == "owner" || each->key == "product" || each->key.starts_with('@')) continue;
    context.hint("T-H-3", context.json.path(*each), "ignored: no such member");
  }
  const JsonNode* owner = context.json.find(body, "owner");
  if (owner == nullptr || owner->type == JsonType::null) {
    return fail(Code::missing_argument, "Missing argument: owner", "owner");
  }
  Result<Ref> agent = resolve(context, TableId::agents, *owner);
  if (!agent && agent.failure->code != Code::agent_not_found) return std::move(agent.failure);
  if (!agent || store.at<Agent>(agent.value).stock_roots.empty()) {
    return fail(Code::agent_not_found, "Stock owner not found", "owner");
  }
  Ref product;
  if (const JsonNode* node = context.json.find(body, "product");
      node != nullptr && node->type != JsonType::null) {
    Result<Ref> found = resolve(context, TableId::products, *node);
    if (!found && found.failure->code == Code::product_not_found) {
      found.failure->details = "Product not found";
    }
    if (!found) return std::move(found.failure);
    product = found.value;
  }
  std::vector<Ref> levels;
  for (const uint32_t row : store.table(TableId::stock_levels).live_rows()) {
    const StockLevel& level = store.rows<StockLevel>().at(row);
    if (product && level.product != product) continue;
    if (owner_of_place(store, level.place) == agent.value) levels.push_back(Ref::to(row));
  }
  Movement movement(context, SystemReason::stock_reset);
  for (const Ref ref : levels) {
    const StockLevel level = store.at<StockLevel>(ref);
    movement.clear(agent.value, level.place, level.product);
  }
  movement.end();
  return {};
}

}  // namespace waybill::stock
