#include "exchange.hpp"

#include <charconv>

#include "base/check.hpp"
#include "base/text.hpp"

namespace waybill {

namespace {

constexpr size_t first_request_capacity = 64 * 1024;
constexpr uint64_t end_of_year_9999_ms = 253'402'300'799'999;

uint32_t address(const void* memory) {
  if constexpr (sizeof(void*) == sizeof(uint32_t)) {
    return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(memory));
  } else {
    return 0;
  }
}

uint32_t size_u32(size_t size) {
  check(size <= UINT32_MAX);
  return static_cast<uint32_t>(size);
}

}  // namespace

std::optional<uint64_t> parse_seed(std::string_view text) {
  uint64_t seed = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, seed);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return seed;
}

Instant instant_of_host(uint64_t ms) {
  check(ms <= end_of_year_9999_ms);
  return Instant{static_cast<int64_t>(ms)};
}

Exchange::Exchange(uint64_t seed) : engine_(seed), request_(first_request_capacity) {
  publish_buffer();
  publish({});
}

void Exchange::reserve(size_t bytes) {
  if (bytes <= request_.size()) return;
  request_.resize(bytes);
  publish_buffer();
}

void Exchange::handle(size_t size, Instant now) {
  publish(engine_.handle(received(size), now));
}

void Exchange::tick(Instant now) {
  engine_.tick(now);
  publish({});
}

void Exchange::load_demo(Instant now) {
  engine_.load_demo(now);
  publish({});
}

uint32_t Exchange::seal() {
  return publish(engine_.seal());
}

void Exchange::confirm() {
  engine_.confirm();
  publish({});
}

void Exchange::revert() {
  engine_.revert();
  publish({});
}

void Exchange::replay_begin() {
  engine_.replay_begin();
  publish({});
}

uint32_t Exchange::replay(size_t size) {
  if (engine_.replay(received(size))) {
    publish({});
    return 0;
  }
  publish(engine_.fault());
  return 1;
}

uint32_t Exchange::replay_end(bool last) {
  const journal::Outcome outcome = engine_.replay_end(last);
  block_.valid_bytes = engine_.valid_bytes();
  const bool fault = outcome == journal::Outcome::fault;
  publish(fault ? std::string_view(engine_.fault()) : std::string_view());
  if (fault) return 1;
  return outcome == journal::Outcome::cut ? 2 : 0;
}

void Exchange::segment_header() {
  publish(engine_.segment_header());
}

void Exchange::snapshot_begin() {
  engine_.snapshot_begin();
  publish({});
}

uint32_t Exchange::snapshot_next(size_t bytes) {
  return publish(engine_.snapshot_next(bytes));
}

void Exchange::memory() {
  const MemoryUse use = engine_.memory();
  memory_.clear();
  memory_ += "{\"rows\":";
  append_uint(memory_, use.rows);
  memory_ += ",\"strings\":";
  append_uint(memory_, use.strings);
  memory_ += ",\"indexes\":";
  append_uint(memory_, use.indexes);
  memory_ += '}';
  publish(memory_);
}

void Exchange::verify() {
  difference_ = engine_.verify();
  publish(difference_);
}

std::string_view Exchange::received(size_t size) const {
  check(size <= request_.size());
  return {request_.data(), size};
}

uint32_t Exchange::publish(std::string_view answer) {
  answer_ = answer;
  block_.answer = address(answer.data());
  block_.answer_size = size_u32(answer.size());
  block_.pending = engine_.pending() ? 1 : 0;
  const journal::Position position = engine_.position();
  block_.sequence = position.sequence;
  block_.hash = position.hash;
  const std::optional<Instant> wake = engine_.wake();
  block_.wake_ms = wake ? static_cast<uint64_t>(wake->ms) : 0;
  block_.last_now_ms = static_cast<uint64_t>(engine_.last_now().ms);
  return block_.answer_size;
}

void Exchange::publish_buffer() {
  block_.request = address(request_.data());
  block_.request_capacity = size_u32(request_.size());
}

}  // namespace waybill
