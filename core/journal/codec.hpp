#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "store/strings.hpp"
#include "store/table.hpp"

/// Rows as bytes of the journal (docs/formats/journal.md, "Payload"), driven by the descriptors.
namespace waybill {

inline constexpr char change_put = 1;
inline constexpr char change_purge = 2;

/// Appends the row's members that are not empty, each as tag, size and bytes, and the closing 0.
void encode_row(Bytes& out, const TableBase& table, uint32_t row, const Strings& strings);

/// Reads what encode_row wrote into a default row and takes it off the front of `in`. False on
/// malformed bytes or an unknown tag: the file was written by a newer version.
bool decode_row(std::string_view& in, const TableBase& table, void* row, Strings& strings);

}  // namespace waybill
