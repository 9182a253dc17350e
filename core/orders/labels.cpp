#include <algorithm>

#include "model/label.hpp"
#include "orders/orders.hpp"

namespace waybill::orders {

Failure check_labels(const Context& context, const List<Ref>& before, const List<Ref>& labels,
                     std::string_view type, const Body& body) {
  const Store& store = context.store;
  for (const Ref ref : labels) {
    if (before.contains(ref)) continue;
    const List<Text>& only = store.at<Label>(ref).applicable_only_to;
    const bool applies = only.empty() || std::any_of(only.begin(), only.end(), [&](Text own) {
                           return store.view(own) == type;
                         });
    if (applies) continue;
    const Text title = store.at<Label>(ref).title;
    return fail(Code::invalid_value,
                "The label '" + std::string(title ? store.view(title) : "") +
                    "' does not apply to a " + std::string(type) + ".",
                body.path("labels"));
  }
  return {};
}

}  // namespace waybill::orders
