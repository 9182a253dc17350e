#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace waybill {

enum class JsonType : uint8_t { null, boolean, number, string, array, object };

std::string_view json_type_name(JsonType type);

/// One value of a JSON text. Children of arrays and objects form a list through `next`.
struct JsonNode {
  JsonType type = JsonType::null;
  bool truth = false;     // boolean
  uint32_t count = 0;     // array, object: number of children
  uint32_t first = 0;     // array, object: index of the first child, 0 for none
  uint32_t next = 0;      // index of the next sibling, 0 for none
  uint32_t parent = 0;    // index of the array or object around it, 0 for the root
  uint32_t place = 0;     // in an array: how many stand in front of it
  std::string_view key;   // name, in an object
  std::string_view text;  // string: its content; number: its digits as written
};

/// Why a text could not be read (H-40): `details` is a sentence with line and column.
struct JsonFault {
  std::string details;
  bool number_too_large = false;  // JSON, but a number that no type of ours can hold
};

/// A parsed JSON text: flat nodes over one character buffer, reused from one text to the next.
/// nlohmann's SAX parser does the reading, UTF-8 and surrogates checked; numbers keep their digits.
/// Of members with one name the last wins, and the others are not there (H-40).
///
/// A node knows where it stands, so that nobody has to carry paths along for the case of an error.
class JsonDocument {
 public:
  /// False on malformed text (see fault()). Nesting is limited to limits::json_depth.
  bool parse(std::string_view text);
  const JsonFault& fault() const { return fault_; }

  const JsonNode& root() const { return nodes_[1]; }
  const JsonNode* first(const JsonNode& node) const { return at(node.first); }
  const JsonNode* next(const JsonNode& node) const { return at(node.next); }
  /// The member of that name, or nullptr.
  const JsonNode* find(const JsonNode& object, std::string_view key) const;

  /// Where a node stands: `items/0/product`; empty for the root.
  std::string path(const JsonNode& node) const;
  /// Where a member of an object stands, or would stand.
  std::string path(const JsonNode& object, std::string_view member) const;

  /// Writes a value back, compact, members in their order.
  void append(Bytes& out, const JsonNode& node) const;

 private:
  friend class JsonBuilder;
  /// Takes out every member that one of the same name stands behind.
  void drop_duplicates(JsonNode& object);
  void drop_duplicates_of_many(JsonNode& object);
  const JsonNode* at(uint32_t index) const { return index == 0 ? nullptr : &nodes_[index]; }

  /// An array or object that is being read, and its newest child.
  struct Level {
    uint32_t node;
    uint32_t last_child;
  };

  std::vector<JsonNode> nodes_;
  std::vector<Level> levels_;
  Bytes characters_;
  JsonFault fault_;
};

}  // namespace waybill
