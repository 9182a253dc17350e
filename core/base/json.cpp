#include "base/json.hpp"

#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "base/hash.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

namespace waybill {

std::string_view json_type_name(JsonType type) {
  static constexpr std::string_view names[] = {"null",   "boolean", "number",
                                               "string", "array",   "object"};
  return names[static_cast<size_t>(type)];
}

namespace {

/// The text of one token, as nlohmann's lexer collects it. The lexer appends character by
/// character, which std::string does by a call each.
class TokenText {
 public:
  using value_type = char;

  TokenText() = default;
  // nlohmann's readers of other formats, which are never called, ask for these.
  TokenText(const char* text) : bytes_(text) {}         // NOLINT
  TokenText(const std::string& text) : bytes_(text) {}  // NOLINT
  TokenText(size_t count, char c) { bytes_.append_repeated(count, c); }
  void append(const TokenText& other) { bytes_ += other.view(); }

  void clear() { bytes_.clear(); }
  void push_back(char c) { bytes_ += c; }
  size_t size() const { return bytes_.size(); }
  /// With a NUL behind the end, for the functions of C that the lexer reads numbers with.
  const char* data() const {
    bytes_.reserve(1);
    bytes_.data()[bytes_.size()] = '\0';
    return bytes_.data();
  }
  std::string_view view() const { return bytes_; }

 private:
  mutable Bytes bytes_;
};

using Json = nlohmann::basic_json<std::map, std::vector, TokenText>;

}  // namespace

/// Receives nlohmann's SAX events and lays the nodes down.
class JsonBuilder {
 public:
  explicit JsonBuilder(JsonDocument& document) : document_(document), levels_(document.levels_) {}

  bool null() {
    add(JsonType::null);
    return !too_many();
  }
  bool boolean(bool value) {
    add(JsonType::boolean).truth = value;
    return !too_many();
  }
  bool number_integer(int64_t value) { return integer(value); }
  bool number_unsigned(uint64_t value) { return integer(value); }
  bool number_float(double, const TokenText& digits) {
    add(JsonType::number).text = keep(digits.view());
    return !too_many();
  }
  bool string(const TokenText& value) {
    add(JsonType::string).text = keep(value.view());
    return !too_many();
  }
  bool binary(const Json::binary_t&) { return false; }
  bool key(const TokenText& name) {
    key_ = keep(name.view());
    return true;
  }
  bool start_object(size_t) { return open(JsonType::object); }
  bool start_array(size_t) { return open(JsonType::array); }
  bool end_object() {
    document_.drop_duplicates(document_.nodes_[levels_.back().node]);
    levels_.pop_back();
    return true;
  }
  bool end_array() {
    levels_.pop_back();
    return true;
  }

  template <class Exception>
  bool parse_error(size_t position, const std::string& token, const Exception& exception) {
    number_too_large_ = exception.id == number_overflow;
    fault_at_ = position;
    token_ = token;
    return false;
  }

  size_t fault_at() const { return fault_at_; }
  const std::string& token() const { return token_; }
  bool too_deep() const { return too_deep_; }
  bool too_many() const { return document_.nodes_.size() - 1 > limits::json_values; }
  bool number_too_large() const { return number_too_large_; }

 private:
  static constexpr int number_overflow = 406;  // nlohmann's id of its out_of_range error

  template <class Integer>
  bool integer(Integer value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    add(JsonType::number).text = keep({digits, static_cast<size_t>(end - digits)});
    return !too_many();
  }

  /// The buffer was reserved for the whole text, and no token grows when it is read, so nothing
  /// that points into it moves.
  std::string_view keep(std::string_view text) {
    const size_t at = document_.characters_.size();
    document_.characters_ += text;
    return document_.characters_.view().substr(at);
  }

  JsonNode& add(JsonType type) {
    auto& nodes = document_.nodes_;
    const auto index = static_cast<uint32_t>(nodes.size());
    nodes.push_back({.type = type, .key = key_});
    if (!levels_.empty()) {
      auto& [parent, last_child] = levels_.back();
      (last_child == 0 ? nodes[parent].first : nodes[last_child].next) = index;
      last_child = index;
      nodes[index].place = nodes[parent].count++;
      nodes[index].parent = parent;
    }
    key_ = {};
    last_added_ = index;
    return nodes.back();
  }

  bool open(JsonType type) {
    if (levels_.size() >= limits::json_depth) {
      too_deep_ = true;
      return false;
    }
    add(type);
    levels_.push_back({last_added_, 0});
    return !too_many();
  }

  JsonDocument& document_;
  std::vector<JsonDocument::Level>& levels_;
  std::string_view key_;
  uint32_t last_added_ = 0;
  size_t fault_at_ = 0;
  std::string token_;
  bool too_deep_ = false;
  bool number_too_large_ = false;
};

namespace {

std::string line_and_column(std::string_view text, size_t position) {
  const size_t end = position > text.size() ? text.size() : position;
  size_t line = 1;
  size_t line_start = 0;
  for (size_t i = 0; i + 1 < end; ++i) {
    if (text[i] == '\n') {
      ++line;
      line_start = i + 1;
    }
  }
  return "line " + std::to_string(line) + ", column " +
         std::to_string(end > line_start ? end - line_start : 1);
}

constexpr size_t kept_nodes = 64 * 1024;

/// Where a text that is JSON so far opens one level too many.
size_t find_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > limits::json_depth) return i + 1;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return text.size();
}

}  // namespace

bool JsonDocument::parse(std::string_view text) {
  levels_.clear();
  if (nodes_.capacity() > kept_nodes) nodes_ = {};  // a large body is no reason to keep so much
  nodes_.clear();
  nodes_.emplace_back();  // index 0 stands for "none"
  characters_.clear();
  characters_.reserve(text.size() + 32);
  fault_ = {};
  JsonBuilder builder(*this);
  const bool ok = Json::sax_parse(text.data(), text.data() + text.size(), &builder,
                                  nlohmann::detail::input_format_t::json, true);
  if (ok) return true;
  if (builder.too_deep()) {
    fault_.details = "The JSON body is nested deeper than " + std::to_string(limits::json_depth) +
                     " levels at " + line_and_column(text, find_too_deep(text)) + ".";
    return false;
  }
  if (builder.too_many()) {
    fault_.details =
        "The JSON body holds more than " + std::to_string(limits::json_values) + " values.";
    return false;
  }
  fault_.number_too_large = builder.number_too_large();
  if (fault_.number_too_large) {
    fault_.details = "A number is too large at " + line_and_column(text, builder.fault_at()) + ".";
    return false;
  }
  fault_.details = "The body is not valid JSON: unexpected input at ";
  fault_.details += line_and_column(text, builder.fault_at());
  if (builder.fault_at() > text.size()) fault_.details += " (the text ends too early)";
  fault_.details += '.';
  return false;
}

void JsonDocument::drop_duplicates(JsonNode& object) {
  constexpr uint32_t few = 24;  // comparing them all is cheaper than remembering them
  if (object.count > few) return drop_duplicates_of_many(object);
  uint32_t* link = &object.first;
  while (*link != 0) {
    JsonNode& child = nodes_[*link];
    bool repeated = false;
    for (const JsonNode* later = next(child); later != nullptr; later = next(*later)) {
      repeated = repeated || same_bytes(later->key, child.key);
    }
    if (repeated) {
      *link = child.next;
      --object.count;
    } else {
      link = &child.next;
    }
  }
}

void JsonDocument::drop_duplicates_of_many(JsonNode& object) {
  std::vector<uint32_t> children;
  for (uint32_t at = object.first; at != 0; at = nodes_[at].next) children.push_back(at);
  std::set<std::string_view> seen;  // not hashed: the names are a stranger's
  object.first = 0;
  object.count = 0;
  for (auto at = children.rbegin(); at != children.rend(); ++at) {
    if (!seen.insert(nodes_[*at].key).second) continue;
    nodes_[*at].next = object.first;
    object.first = *at;
    ++object.count;
  }
}

const JsonNode* JsonDocument::find(const JsonNode& object, std::string_view key) const {
  for (const JsonNode* child = first(object); child != nullptr; child = next(*child)) {
    if (same_bytes(child->key, key)) return child;
  }
  return nullptr;
}

std::string JsonDocument::path(const JsonNode& node) const {
  if (node.parent == 0) return {};
  const JsonNode& around = nodes_[node.parent];
  if (around.type == JsonType::object) return path(around, node.key);
  return path(around, std::to_string(node.place));
}

std::string JsonDocument::path(const JsonNode& object, std::string_view member) const {
  std::string out = path(object);
  if (!out.empty()) out += '/';
  out += member.substr(0, limits::identifier_key_chars);  // names from outside have any length
  return out;
}

void JsonDocument::append(Bytes& out, const JsonNode& node) const {
  switch (node.type) {
    case JsonType::null:
      out += "null";
      return;
    case JsonType::boolean:
      out += node.truth ? "true" : "false";
      return;
    case JsonType::number:
      out += node.text;
      return;
    case JsonType::string:
      append_json_string(out, node.text);
      return;
    case JsonType::array:
    case JsonType::object:
      break;
  }
  const bool object = node.type == JsonType::object;
  out += object ? '{' : '[';
  for (const JsonNode* child = first(node); child != nullptr; child = next(*child)) {
    if (out.back() != '{' && out.back() != '[') out += ',';
    if (object) {
      append_json_string(out, child->key);
      out += ':';
    }
    append(out, *child);
  }
  out += object ? '}' : ']';
}

}  // namespace waybill
