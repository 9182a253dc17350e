#include "model/common.hpp"

namespace waybill {

namespace {

constexpr Member line(std::string_view name, uint8_t tag, size_t offset, std::string_view doc) {
  return {.name = name,
          .kind = Kind::text,
          .tag = tag,
          .offset = static_cast<uint32_t>(offset),
          .access = Access::update,
          .show = Show::by_default,
          .doc = doc};
}

constexpr Member address_members[] = {
    line("line1", 1, offsetof(Address, line1), "Street and number."),
    line("line2", 2, offsetof(Address, line2), "Further line, such as the flat."),
    line("postalCode", 3, offsetof(Address, postal_code), "Postal code, not checked."),
    line("cityName", 4, offsetof(Address, city_name), "City."),
    line("regionName", 5, offsetof(Address, region_name), "Region or state."),
    line("countryCode", 6, offsetof(Address, country_code), "ISO 3166-1 alpha-2 code."),
    line("attention", 7, offsetof(Address, attention), "Who receives it there."),
};

}  // namespace

const Type address_type{"address", address_members};

}  // namespace waybill
