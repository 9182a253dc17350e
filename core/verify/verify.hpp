#pragma once

#include <string>

#include "schema/keys.hpp"
#include "store/store.hpp"

namespace waybill {

/// Works every derived figure out again, from the records that it is derived from: stock levels and
/// holds, phases, shipped and returned units, payments, indexes, references. The first difference,
/// as a sentence that names the row; empty if there is none. It looks at every row.
std::string verify_store(const Store& store, const Keys& keys);

}  // namespace waybill
