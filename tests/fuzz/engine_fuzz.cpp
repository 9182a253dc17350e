#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "base/instant.hpp"
#include "base/little_endian.hpp"
#include "base/text.hpp"
#include "engine.hpp"
#include "http/message.hpp"

/// Requests against an engine with the demo data: whatever they hold, every answer is a whole one
/// (H-41, H-50), nothing traps, every figure follows from its records (verify/verify.hpp), and when
/// they are refused as a group nothing is left of them.
///
/// The input reads like a scenario: a line "METHOD target" begins a request, lines "Name: value"
/// behind it are headers, then after an empty line comes the body, up to a line that begins with
/// "###". A line "# clock +N" moves time forward by N minutes.
namespace {

using waybill::Bytes;
using waybill::check;
using waybill::Engine;
using waybill::Instant;
using waybill::http::Method;

constexpr Instant demo_time{1'733'011'200'000};   // 2024-12-01
constexpr Instant first_time{1'734'264'000'000};  // 2024-12-15T12:00Z

/// The rows of an engine, without the end of the snapshot, which tells the time.
Bytes rows_of(Engine& engine) {
  constexpr size_t slice_bytes = 64 * 1024;
  engine.snapshot_begin();
  Bytes rows;
  Bytes newest;
  for (std::string_view slice = engine.snapshot_next(slice_bytes); !slice.empty();
       slice = engine.snapshot_next(slice_bytes)) {
    rows += newest;
    newest.assign(slice);
  }
  return rows;
}

struct Demo {
  Engine engine{1};
  Bytes rows;

  Demo() {
    engine.load_demo(demo_time);
    check(!engine.seal().empty());
    engine.confirm();
    rows = rows_of(engine);
  }
};

std::string_view take_line(std::string_view& in) {
  const size_t end = std::min(in.find('\n'), in.size());
  std::string_view line = in.substr(0, end);
  in.remove_prefix(std::min(end + 1, in.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool read_method(std::string_view line, Method& method, std::string_view& target) {
  const size_t blank = line.find(' ');
  for (int i = 0; i <= static_cast<int>(Method::other); ++i) {
    waybill::http::Request request;
    request.method = method = static_cast<Method>(i);
    request.headers = ":method:TRACE\n";
    if (line.substr(0, blank) != request.method_name()) continue;
    if (blank == std::string_view::npos) return false;
    target = line.substr(blank + 1);
    if (target.starts_with("{{host}}")) target.remove_prefix(8);
    return true;
  }
  return false;
}

/// Headers in the form of the exchange, then the body.
void read_request(std::string_view& in, Bytes& headers, Bytes& body) {
  while (!in.empty() && !in.starts_with("###")) {
    const std::string_view line = take_line(in);
    if (line.empty()) break;
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    for (const char c : line.substr(0, colon)) {
      headers += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    headers += line.substr(colon);
    headers += '\n';
  }
  while (!in.empty() && !in.starts_with("###")) {
    const std::string_view line = take_line(in);
    if (line.starts_with('#')) continue;  // what a scenario expects
    body += line;
    body += '\n';
  }
}

void check_answer(std::string_view record) {
  check(record.size() >= 16);
  const uint32_t status = waybill::load_u32(record.data());
  const uint32_t headers = waybill::load_u32(record.data() + 4);
  const uint32_t body = waybill::load_u32(record.data() + 8);
  check(status >= 200 && status < 500);
  check(record.size() == size_t{16} + headers + body);
  for (const char c : record.substr(16, headers)) check(c == '\n' || (c >= ' ' && c <= '~'));
  const std::string_view text = record.substr(size_t{16} + headers);
  check(text.empty() || (nlohmann::json::accept(text) && text.ends_with('\n')));
}

void run(Engine& engine, std::string_view in) {
  Instant now = first_time;
  while (!in.empty()) {
    const std::string_view line = take_line(in);
    if (line.starts_with("# clock +") && line.size() > 9 && line[9] >= '0' && line[9] <= '9') {
      now.ms += (line[9] - '0') * int64_t{60'000};
      continue;
    }
    Method method;
    std::string_view target;
    if (!read_method(line, method, target)) continue;
    Bytes headers;
    Bytes body;
    read_request(in, headers, body);
    Bytes record;
    record.resize(16);
    waybill::store_u32(record.data(), static_cast<uint32_t>(method));
    waybill::store_u32(record.data() + 4, static_cast<uint32_t>(target.size()));
    waybill::store_u32(record.data() + 8, static_cast<uint32_t>(headers.size()));
    waybill::store_u32(record.data() + 12, static_cast<uint32_t>(body.size()));
    record += target;
    record += headers;
    record += body;
    check_answer(engine.handle(record, now));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Demo demo;
  run(demo.engine, {reinterpret_cast<const char*>(data), size});
  check(demo.engine.verify().empty());
  demo.engine.revert();
  check(rows_of(demo.engine) == demo.rows.view());
  return 0;
}
