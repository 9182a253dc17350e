#include "model/label.hpp"

namespace waybill {

namespace {

constexpr Member text(std::string_view name, uint8_t tag, size_t offset, Show show,
                      std::string_view doc) {
  return {.name = name,
          .kind = Kind::text,
          .tag = tag,
          .offset = static_cast<uint32_t>(offset),
          .access = Access::update,
          .show = show,
          .doc = doc};
}

constexpr Member label_members[] = {
    WAYBILL_IDENTIFIERS(Label),
    text("title", 2, offsetof(Label, title), Show::by_default, "What it says."),
    text("color", 3, offsetof(Label, color), Show::by_default, "Its colour, kept as sent."),
    text("description", 4, offsetof(Label, description), Show::on_request, "What it is for."),
    Member{.name = "applicableOnlyTo",
           .kind = Kind::texts,
           .tag = 5,
           .offset = offsetof(Label, applicable_only_to),
           .access = Access::update,
           .doc = "Types it may mark, such as TradeOrder; empty: all."},
};

}  // namespace

const Type label_type{"label", label_members};

}  // namespace waybill
