#include "orders/instances.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "model/catalog.hpp"
#include "model/computed.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"
#include "rules/compare.hpp"
#include "rules/list_change.hpp"
#include "rules/quantity.hpp"
#include "rules/serial.hpp"

namespace waybill::orders {

Result<LineBody> LineBody::read(Context& context, const JsonNode& node, Body::Purpose purpose) {
  Result<Body> line = Body::read(context, order_item_type, node, purpose);
  if (!line) return std::move(line.failure);
  return read(context, line.value);
}

Result<LineBody> LineBody::read(Context& context, const Body& line) {
  LineBody body{line, {}};
  if (!line.has("productInstances")) return body;
  const JsonNode* list = line.get("productInstances");
  if (is_list_change(context.json, *list)) {  // by the list's own path, or as if (H-9)
    Result<ListChange> change = read_list_change(context, *list);
    if (!change) return std::move(change.failure);
    if (change.value.replace == nullptr || change.value.replace->type != JsonType::array) {
      Failure failure =
          not_supported("Adding to a line's 'productInstances'", false, context.json.path(*list));
      failure->suggestion = "Send all of them.";
      return failure;
    }
    list = change.value.replace;
  }
  if (Failure failure = check_count(context, *list, limits::line_instances)) return failure;
  for (const JsonNode* each = context.json.first(*list); each != nullptr;
       each = context.json.next(*each)) {
    Result<Body> instance =
        Body::read(context, product_instance_type, *each, Body::Purpose::create);
    if (!instance) return std::move(instance.failure);
    const JsonNode* domain = instance.value.has("domain") ? instance.value.get("domain") : nullptr;
    if (domain != nullptr && domain->type != JsonType::object) {
      return failed_coercion(context, "an object", *domain);
    }
    body.instances.push_back(std::move(instance.value));
  }
  return body;
}

namespace {

const JsonNode* domain_of(const Body& instance) {
  return instance.has("domain") ? instance.get("domain") : nullptr;
}

/// The device that a plan is for (O-30).
const JsonNode* device_of(const JsonDocument& json, const Body& instance) {
  return find_set(json, find_set(json, domain_of(instance), "device"), "serialNumber");
}

class InstanceReader {
 public:
  InstanceReader(Context& context, Ref product)
      : context_(context), product_(product), kind_(instance_kind(context.store, product)) {}

  /// `instances: [{"imei": …}]` or `[{"phoneImei": …}]`; only the first counts (O-26, O-27).
  Result<ProductInstance> legacy(const JsonNode& list) {
    const JsonDocument& json = context_.json;
    if (list.count > 1) {
      context_.hint("T-O-5", json.path(list), "a line holds one instance: only the first is kept");
    }
    const JsonNode& first = *json.first(list);
    const JsonNode* imei = find_set(json, &first, "imei");
    const JsonNode* phone = find_set(json, &first, "phoneImei");
    const bool fits = kind_ == InstanceKind::device ? imei != nullptr && phone == nullptr
                      : kind_ == InstanceKind::plan ? phone != nullptr && imei == nullptr
                                                    : false;
    if (!fits) {
      return fail(Code::invalid_instance_type,
                  "A MobileDevice line takes instances:[{\"imei\":...}], a MobilePlan line "
                  "instances:[{\"phoneImei\":...}]; other products take a quantity.",
                  json.path(list));
    }
    ProductInstance row = make();
    row.quantity = Decimal::from_int(1);
    Failure failure = imei != nullptr ? assign(row.serial, *imei) : assign(row.phone_imei, *phone);
    if (failure) return failure;
    return row;
  }

  /// One entry of `productInstances` (O-30).
  Result<ProductInstance> entry(const Body& body) {
    const JsonDocument& json = context_.json;
    ProductInstance row = make();
    if (Failure failure = assign_identifiers(context_, body, {}, TableId::product_instances, {},
                                             row.identifiers)) {
      return failure;
    }
    const JsonNode* serial = serial_number(json, body);
    if (serial != nullptr) {
      if (Failure failure = assign(row.serial, *serial)) return failure;
      const JsonNode* imei = find_set(json, domain_of(body), "imei");
      if (imei != nullptr && imei->text != serial->text) {
        return fail(Code::invalid_value, "'serialNumber' and 'domain.imei' differ.",
                    json.path(*imei));
      }
    }
    const JsonNode* device = kind_ == InstanceKind::plan ? device_of(json, body) : nullptr;
    if (device != nullptr) {
      if (Failure failure = assign(row.phone_imei, *device)) return failure;
    }
    row.quantity = Decimal::from_int(1);
    if (body.has("quantity")) {
      Result<Decimal> quantity = read_quantity(body, "quantity");
      if (!quantity) return std::move(quantity.failure);
      if (row.serial && quantity.value != *row.quantity) {
        return fail(Code::invalid_quantity, "A unit with a serial number is one.",
                    body.path("quantity"));
      }
      row.quantity = quantity.value;
    }
    if (const JsonNode* domain = domain_of(body)) {
      if (Failure failure = read_domain(*domain, row)) return failure;
    }
    return row;
  }

 private:
  ProductInstance make() const {
    ProductInstance row;
    row.product = product_;
    return row;
  }

  Failure assign(Text& to, const JsonNode& serial) {
    if (serial.type != JsonType::string || !is_identifier_value(serial.text)) {
      return fail(Code::invalid_value, "A serial number is a text of 1 to 512 characters.",
                  context_.json.path(serial));
    }
    to = context_.store.intern(serial.text);
    return {};
  }

  /// What a domain says beside the serial numbers is kept as sent.
  Failure read_domain(const JsonNode& domain, ProductInstance& row) {
    const JsonDocument& json = context_.json;
    Bytes rest;
    for (const JsonNode* each = json.first(domain); each != nullptr; each = json.next(*each)) {
      if (each->key == "phoneImei") {
        context_.hint("T-O-11", json.path(*each),
                      "ignored: a plan names its device by domain.device.serialNumber");
      }
      if (each->key == "imei" || each->key == "phoneImei" || each->key == "serialNumber") continue;
      rest += rest.empty() ? '{' : ',';
      append_json_string(rest, each->key);
      rest += ':';
      json.append(rest, *each);
    }
    if (rest.empty()) return {};
    rest += '}';
    return assign_text(context_, row.domain, rest, domain);
  }

  Context& context_;
  Ref product_;
  InstanceKind kind_;
};

bool says_instances(const Body& line) {
  return line.has("instances") && line.get("instances")->count != 0;
}

}  // namespace

Result<std::vector<ProductInstance>> read_instances(Context& context, const LineBody& body,
                                                    Ref product) {
  std::vector<ProductInstance> rows;
  InstanceReader reader(context, product);
  if (says_instances(body.line)) {
    if (!body.instances.empty()) {
      return fail(Code::invalid_value, "A line has 'instances' or 'productInstances', not both.",
                  body.line.path("instances"));
    }
    Result<ProductInstance> row = reader.legacy(*body.line.get("instances"));
    if (!row) return std::move(row.failure);
    rows.push_back(std::move(row.value));
    return rows;
  }
  for (const Body& each : body.instances) {
    Result<ProductInstance> row = reader.entry(each);
    if (!row) return std::move(row.failure);
    const Text serial = row.value.serial;
    const bool twice = serial && std::any_of(rows.begin(), rows.end(),
                                             [&](const auto& own) { return own.serial == serial; });
    if (twice) {
      return fail(Code::invalid_value, "A serial number stands twice on the line.",
                  context.json.path(each.object()));
    }
    rows.push_back(std::move(row.value));
  }
  return rows;
}

Decimal count_of(const std::vector<ProductInstance>& instances) {
  DecimalSum sum;
  for (const ProductInstance& own : instances) sum.add(*own.quantity);
  return sum.saturated();
}

void add_instances(Context& context, Ref line, OrderItem& item,
                   std::vector<ProductInstance> instances) {
  for (ProductInstance& own : instances) {
    own.line = line;
    item.instances.push_back(context.store.insert(std::move(own)));
  }
}

std::vector<std::string_view> device_imeis(Context& context, const Body& line) {
  std::vector<std::string_view> imeis;
  const JsonDocument& json = context.json;
  const auto add = [&](const JsonNode* imei) {
    if (imei != nullptr) imeis.push_back(imei->text);
  };
  if (says_instances(line)) add(find_set(json, json.first(*line.get("instances")), "imei"));
  const JsonNode* list = line.has("productInstances") ? line.get("productInstances") : nullptr;
  for (const JsonNode* each = list == nullptr ? nullptr : json.first(*list); each != nullptr;
       each = json.next(*each)) {
    const JsonNode* serial = find_set(json, each, "serialNumber");
    add(serial != nullptr ? serial : find_set(json, find_set(json, each, "domain"), "imei"));
  }
  return imeis;
}

bool go_whole(Decimal units, Decimal all, size_t serials) {
  int64_t going = 0;
  while (going < static_cast<int64_t>(serials) && Decimal::from_int(going + 1) <= units) ++going;
  const Decimal others = add(all, Decimal::from_int(static_cast<int64_t>(serials)).negated());
  return add(units, Decimal::from_int(going).negated()) <= others;
}

Failure not_whole(std::string path) {
  return fail(Code::invalid_quantity, "A unit with a serial number moves as a whole.",
              std::move(path));
}

List<Ref> serials_in(const Store& store, const List<Ref>& instances, Phase phase,
                     std::optional<Decimal> most) {
  List<Ref> found;
  for (const Ref ref : instances) {
    if (most && Decimal::from_int(int64_t{found.size()} + 1) > *most) break;
    const ProductInstance& own = store.at<ProductInstance>(ref);
    if (own.serial && own.phase == static_cast<uint32_t>(phase)) found.push_back(ref);
  }
  return found;
}

namespace {

/// Whether two rows tell the same; a plan's device and identifiers included.
bool same_unit(const ProductInstance& own, const ProductInstance& sent) {
  const auto carries = [&](const Identifier& each) { return own.identifiers.contains(each); };
  return own.serial == sent.serial && own.phone_imei == sent.phone_imei &&
         own.quantity == sent.quantity && own.domain == sent.domain &&
         std::all_of(sent.identifiers.begin(), sent.identifiers.end(), carries);
}

bool same_units(const Store& store, const List<Ref>& own,
                const std::vector<ProductInstance>& sent) {
  if (own.size() != sent.size()) return false;
  for (uint32_t i = 0; i < own.size(); ++i) {
    if (!same_unit(store.at<ProductInstance>(own[i]), sent[i])) return false;
  }
  return true;
}

}  // namespace

bool instances_differ(Context& context, const LineBody& body, Ref line) {
  if (body.line.get("instances") == nullptr && body.line.get("productInstances") == nullptr) {
    return false;
  }
  const OrderItem& item = context.store.at<OrderItem>(line);
  const Result<std::vector<ProductInstance>> sent = read_instances(context, body, item.product);
  return !sent || !same_units(context.store, item.instances, sent.value);
}

bool is_editable(const OrderItem& item) {
  for (const Phase phase : {Phase::fulfilled, Phase::return_committed, Phase::return_fulfilled}) {
    if (!units_in(item.phases, phase).is_zero()) return false;
  }
  return true;
}

namespace {

/// O-28 for a change of a line: a plan's device is on an earlier line, and the devices that later
/// plans name stay on theirs.
Failure check_devices(Context& context, Ref line, const std::vector<ProductInstance>& rows,
                      const std::string& path) {
  const Store& store = context.store;
  std::vector<Text> devices;  // of the lines in front
  const auto known = [&](Text imei) {
    return std::find(devices.begin(), devices.end(), imei) != devices.end();
  };
  const auto check_unit = [&](const ProductInstance& own) {
    if (own.phone_imei) return known(own.phone_imei);
    if (own.serial && instance_kind(store, own.product) == InstanceKind::device) {
      devices.push_back(own.serial);
    }
    return true;
  };
  bool fits = true;
  for (const Ref each : items_of(store, store.at<OrderItem>(line).order)) {
    if (each == line) {
      for (const ProductInstance& own : rows) fits = fits && check_unit(own);
      continue;
    }
    for (const Ref own : store.at<OrderItem>(each).instances) {
      fits = fits && check_unit(store.at<ProductInstance>(own));
    }
  }
  if (fits) return {};
  return fail(Code::invalid_phone_imei_reference, std::string(no_device), path);
}

/// Units that stay keep their phase; those that come take what is left, in the order of O-43.
void give_phases(const Store& store, const OrderItem& item, std::vector<ProductInstance>& rows) {
  std::array<Decimal, phase_count> left;
  for (const PhaseRow& each : item.phases) left[each.phase] = *each.quantity;
  const Decimal one = Decimal::from_int(1);
  const auto take = [&](ProductInstance& row, uint32_t phase) {
    if (left[phase] < one) return false;
    left[phase] = add(left[phase], one.negated());
    row.phase = phase;
    return true;
  };
  std::vector<ProductInstance*> fresh;
  for (ProductInstance& row : rows) {
    if (!row.serial) continue;
    const auto known = std::find_if(item.instances.begin(), item.instances.end(), [&](Ref own) {
      return store.at<ProductInstance>(own).serial == row.serial;
    });
    const bool kept =
        known != item.instances.end() && take(row, store.at<ProductInstance>(*known).phase);
    if (!kept) fresh.push_back(&row);
  }
  for (ProductInstance* row : fresh) {
    for (uint32_t phase = 0; phase < phase_count; ++phase) {
      if (take(*row, phase)) break;
    }
  }
}

}  // namespace

Failure replace_instances(Context& context, Ref line, const LineBody& body) {
  Store& store = context.store;
  const OrderItem& item = store.at<OrderItem>(line);
  Result<std::vector<ProductInstance>> read = read_instances(context, body, item.product);
  if (!read) return std::move(read.failure);
  std::vector<ProductInstance>& rows = read.value;
  if (same_units(store, item.instances, rows)) return {};
  const std::string path = body.line.path("productInstances");
  if (!is_editable(item)) {
    return fail(Code::item_not_editable,
                "The units of a line are told apart only while none is shipped.", path);
  }
  if (!rows.empty() && count_of(rows) != *item.quantity) {
    return fail(
        Code::invalid_quantity,
        "'productInstances' must come to the line's quantity, " + (*item.quantity).str() + ".",
        path);
  }
  if (Failure failure = check_devices(context, line, rows, path)) return failure;
  give_phases(store, item, rows);
  const std::vector<Ref> dropped = drop_unit_holds(context, line);
  for (const Ref own : List<Ref>(item.instances)) {
    store.purge(TableId::product_instances, own.row());
  }
  List<Ref> kept;
  for (ProductInstance& row : rows) {
    row.line = line;
    kept.push_back(store.insert(std::move(row)));
  }
  store.update<OrderItem>(line, [&](OrderItem& own) { own.instances = kept; });
  assign_shipped_serials(context, line);
  return take_unit_holds(context, line, dropped);
}

}  // namespace waybill::orders

namespace waybill::computed {

namespace {

const ProductInstance& instance_at(const View& view, Ref ref) {
  return view.store.at<ProductInstance>(ref);
}

}  // namespace

/// As the guide writes them: units with a serial number, of devices and plans (O-30).
Value item_instances(const View& view, TableId, uint32_t row) {
  const OrderItem& item = view.store.rows<OrderItem>().at(row);
  const auto kind = orders::instance_kind(view.store, item.product);
  std::vector<Value> items;
  for (const Ref ref : item.instances) {
    InstanceView shown;
    if (kind == orders::InstanceKind::device) shown.imei = instance_at(view, ref).serial;
    if (kind == orders::InstanceKind::plan) shown.phone_imei = instance_at(view, ref).phone_imei;
    if (!shown.imei && !shown.phone_imei) continue;
    items.push_back(Value::object(instance_view_type, view.arena.make(shown)));
  }
  return Value::values(view.arena.copy(items), &instance_view_type);
}

/// What was sent, and the IMEI that the kind of product goes by (O-30).
Value instance_domain(const View& view, TableId, uint32_t row) {
  const ProductInstance& own = view.store.rows<ProductInstance>().at(row);
  const bool device =
      orders::instance_kind(view.store, own.product) == orders::InstanceKind::device;
  const auto member = [&](Bytes& out, std::string_view name, Text text) {
    if (!text) return;
    out += out.size() == 1 ? "\"" : ",\"";
    out += name;
    out += "\":";
    append_json_string(out, view.store.view(text));
  };
  Bytes out("{");
  if (device) member(out, "imei", own.serial);
  member(out, "phoneImei", own.phone_imei);
  if (own.domain) {
    const std::string_view rest = view.store.view(own.domain).substr(1);
    if (out.size() > 1) out += ',';
    out += rest;
  } else {
    out += '}';
  }
  return Value::of(view.arena.copy(out.view()), ValueKind::json);
}

}  // namespace waybill::computed
