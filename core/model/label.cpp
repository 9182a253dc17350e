#include "model/label.hpp"

namespace waybill {

namespace {

constexpr Member label_members[] = {
    WAYBILL_IDENTIFIERS(Label),
    stored("title", Kind::text, 2, offsetof(Label, title), Show::by_default, "What it says."),
    stored("color", Kind::text, 3, offsetof(Label, color), Show::by_default,
           "Its colour, kept as sent."),
    stored("description", Kind::text, 4, offsetof(Label, description), Show::on_request,
           "What it is for."),
    stored("applicableOnlyTo", Kind::texts, 5, offsetof(Label, applicable_only_to),
           Show::on_request, "Types it may mark, such as TradeOrder; empty: all."),
};

}  // namespace

const Type label_type{"label", label_members};

}  // namespace waybill
