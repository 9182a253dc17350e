#include "model/common.hpp"

namespace waybill {

namespace {

#define LINE(label, tag_number, member, text)                                                     \
  Member {                                                                                        \
    .name = label, .kind = Kind::text, .tag = tag_number, .offset = offsetof(Address, member),    \
    .access = Access::update, .show = Show::by_default, .doc = text                               \
  }

constexpr Member address_members[] = {
    LINE("line1", 1, line1, "Street and number."),
    LINE("line2", 2, line2, "Further line, such as the flat."),
    LINE("postalCode", 3, postal_code, "Postal code, not checked."),
    LINE("cityName", 4, city_name, "City."),
    LINE("regionName", 5, region_name, "Region or state."),
    LINE("countryCode", 6, country_code, "ISO 3166-1 alpha-2 code."),
    LINE("attention", 7, attention, "Who receives it there."),
};
#undef LINE

}  // namespace

const Type address_type{"address", address_members};

}  // namespace waybill
