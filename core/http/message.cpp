#include "http/message.hpp"

#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/little_endian.hpp"
#include "base/text.hpp"
#include "query/parameters.hpp"

namespace waybill::http {

namespace {

constexpr size_t record_header = 16;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

/// Calls `visit(entry)` for the comma-separated entries of a header until it returns true.
template <class Visit>
bool any_entry(std::string_view header, Visit&& visit) {
  while (!header.empty()) {
    const size_t comma = header.find(',');
    if (visit(trimmed(header.substr(0, comma)))) return true;
    header = comma == std::string_view::npos ? std::string_view{} : header.substr(comma + 1);
  }
  return false;
}

/// Appends JSON text with every character escaped that a header cannot hold; they stand in strings
/// only.
void append_ascii_json(Bytes& out, std::string_view json) {
  const auto is_plain = [&](size_t i) { return static_cast<unsigned char>(json[i]) < 0x7F; };
  Bytes escaped;
  for (size_t i = 0; i < json.size();) {
    if (is_plain(i)) {
      out += json[i++];
      continue;
    }
    size_t end = i;
    while (end < json.size() && !is_plain(end)) ++end;
    escaped.clear();
    append_json_string_ascii(escaped, json.substr(i, end - i));
    out += escaped.view().substr(1, escaped.size() - 2);
    i = end;
  }
}

/// Members of an error document, in their order; `append` writes each once per form.
template <class Append>
void each_member(const Request& request, const Error& error, Append&& append) {
  const CodeInfo& code = info(error.code);
  const ErrorTypeInfo& type = info(code.type);
  append("@type", type.name);
  append("error", type.text);
  append("details", error.details);
  append("code", code.name);
  append("message", error.details);
  append("path", error.path);
  append("suggestion", error.suggestion);
  if (code.type == ErrorType::not_found) append("url", query::normalized_url(request.target));
  if (code.type == ErrorType::method_not_available) append("method", request.method_name());
}

}  // namespace

std::string_view Request::method_name() const {
  static constexpr std::string_view names[] = {"GET",   "HEAD",   "POST",   "PUT",
                                               "PATCH", "DELETE", "OPTIONS"};
  return method == Method::other ? header(":method") : names[static_cast<size_t>(method)];
}

std::string_view Request::header(std::string_view name) const {
  std::string_view rest = headers;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (line.size() > name.size() && line[name.size()] == ':' && line.starts_with(name)) {
      return trimmed(line.substr(name.size() + 1));
    }
  }
  return {};
}

bool read_request(std::string_view record, Request& out) {
  if (record.size() < record_header) return false;
  const char* at = record.data();
  const uint32_t method = load_u32(at);
  const uint64_t target = load_u32(at + 4);
  const uint64_t headers = load_u32(at + 8);
  const uint64_t body = load_u32(at + 12);
  if (method > static_cast<uint32_t>(Method::other) ||
      record_header + target + headers + body != record.size()) {
    return false;
  }
  out.method = static_cast<Method>(method);
  out.target = record.substr(record_header, static_cast<size_t>(target));
  out.headers =
      record.substr(record_header + static_cast<size_t>(target), static_cast<size_t>(headers));
  out.body = record.substr(record_header + static_cast<size_t>(target + headers));
  return true;
}

void append_response(Bytes& out, const Response& response) {
  const size_t at = out.size();
  out.resize(at + record_header);
  store_u32(out.data() + at, response.status);
  store_u32(out.data() + at + 4, static_cast<uint32_t>(response.headers.size()));
  store_u32(out.data() + at + 8, static_cast<uint32_t>(response.body.size()));
  store_u32(out.data() + at + 12, 0);
  out += response.headers;
  out += response.body;
}

void Response::clear() {
  status = 200;
  headers.clear();
  body.clear();
}

void Response::add_header(std::string_view name, std::string_view value) {
  headers += name;
  headers += ": ";
  headers += value;
  headers += '\n';
}

void write_error(Response& response, const Request& request, const Error& error) {
  const CodeInfo& code = info(error.code);
  response.clear();
  response.status = info(code.type).status;
  Bytes line("{");
  Bytes& pretty = response.body;
  pretty += '{';
  each_member(request, error, [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    // What came from outside may not be UTF-8: the answer must be.
    const std::string_view shown = value.substr(0, find_invalid_utf8(value).value_or(value.size()));
    line += line.size() > 1 ? ",\"" : "\"";
    line += name;
    line += "\":";
    append_json_string_ascii(line, shown);
    pretty += pretty.size() > 1 ? ",\n  \"" : "\n  \"";
    pretty += name;
    pretty += "\": ";
    append_json_string(pretty, shown);
  });
  JsonDocument extra;  // rendered members, put on lines of their own
  if (!error.extra.empty() && extra.parse("{" + std::string(error.extra.view().substr(1)) + "}")) {
    for (const JsonNode* node = extra.first(extra.root()); node != nullptr;
         node = extra.next(*node)) {
      pretty += ",\n  ";
      append_json_string(pretty, node->key);
      pretty += ": ";
      extra.append(pretty, *node);
    }
  }
  append_ascii_json(line, error.extra);
  line += '}';
  pretty += "\n}\n";
  if (line.size() > limits::error_info_bytes) {
    line.assign("{\"@type\":\"" + std::string(info(code.type).name) + "\",\"error\":\"" +
                std::string(info(code.type).text) + "\",\"code\":\"" + std::string(code.name) +
                "\"}");
  }
  response.add_header("Content-Type", "application/json");
  response.add_header("Error-Info", line);
  if (!error.allow.empty()) response.add_header("Allow", error.allow);
}

namespace {

/// A string of RFC 9651: ASCII, quotes and backslashes escaped.
void append_field_string(Bytes& out, std::string_view text, size_t limit) {
  out += '"';
  for (const char c : text.substr(0, limit)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c < ' ' || c > '~' ? '?' : c;
  }
  out += '"';
}

}  // namespace

void add_hints_header(Response& response, const Hints& hints) {
  if (hints.empty()) return;
  constexpr size_t text_limit = 200;
  constexpr size_t room_for_more = 16;
  Bytes value;
  Bytes entry;
  size_t shown = 0;
  for (const Hint& hint : hints) {
    entry.assign(hint.id);
    const Hint::Place& place = hint.places.front();
    if (!place.at.empty()) {
      entry += ";at=";
      append_field_string(entry, place.at, text_limit);
    }
    if (hint.times > 1) {
      entry += ";n=";
      append_uint(entry, hint.times);
    }
    entry += ";msg=";
    append_field_string(entry, place.message, text_limit);
    if (shown == limits::hints ||
        value.size() + entry.size() + room_for_more > limits::hint_bytes) {
      break;
    }
    if (!value.empty()) value += ", ";
    value += entry;
    ++shown;
  }
  if (shown < hints.size()) {
    value += ", more;n=";
    append_uint(value, hints.size() - shown);
  }
  response.add_header("API-Hints", value);
}

bool is_strict(const Request& request) {
  return any_entry(request.header("prefer"), [](std::string_view entry) {
    return lower(entry.substr(0, entry.find(';'))) == "handling=strict";
  });
}

bool accepts_json(std::string_view accept) {
  if (accept.empty()) return true;
  return any_entry(accept, [](std::string_view entry) {
    const std::string type = lower(trimmed(entry.substr(0, entry.find(';'))));
    return type == "application/json" || type == "*/*" || type == "application/*" ||
           type == "json" || type == "application/problem+json";
  });
}

}  // namespace waybill::http
