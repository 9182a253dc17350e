// The reader of journal streams. The first byte of the input chooses: 0 reads the rest as a stream;
// any other writes a segment, damages it as the input says, and reads that.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "journal/frame.hpp"
#include "journal/varint.hpp"

using namespace waybill;
using namespace waybill::journal;

namespace {

struct Reading {
  std::vector<std::string> payloads;
  std::string fault;
  Position position;
  uint64_t valid_bytes = 0;
  Outcome outcome = Outcome::fault;

  friend bool operator==(const Reading& a, const Reading& b) = default;
};

Reading read(std::string_view bytes, size_t chunk, bool last) {
  StreamReader reader;
  Reading reading;
  for (size_t at = 0; at < bytes.size(); at += chunk) {
    reader.feed(bytes.substr(at, chunk));
    while (const auto frame = reader.next()) {
      check(!frame->payload.empty());
      check(frame->begin + frame_header_bytes + frame->payload.size() == reader.valid_bytes());
      reading.payloads.emplace_back(frame->payload);
    }
  }
  reading.outcome = reader.finish(last);
  reading.valid_bytes = reader.valid_bytes();
  reading.position = reader.position();
  reading.fault = reader.fault();
  check(reading.valid_bytes <= bytes.size());
  check(reading.outcome != Outcome::whole || reading.valid_bytes == bytes.size());
  check((reading.outcome == Outcome::fault) == !reading.fault.empty());
  return reading;
}

/// How the bytes are cut into chunks makes no difference, and what is left of a cut is whole.
Reading read_consistently(std::string_view bytes, bool last) {
  const Reading reading = read(bytes, bytes.size() + 1, last);
  check(read(bytes, 1, last) == reading);
  check(read(bytes, 29, last) == reading);
  if (reading.outcome == Outcome::cut && reading.valid_bytes != 0) {
    const Reading again = read(bytes.substr(0, static_cast<size_t>(reading.valid_bytes)), 64, last);
    check(again.outcome == Outcome::whole && again.payloads == reading.payloads);
  }
  return reading;
}

/// Takes a number of two bytes off the front of the input.
size_t take_number(std::string_view& input) {
  size_t number = 0;
  for (int i = 0; i < 2 && !input.empty(); ++i) {
    number = number << 8 | static_cast<uint8_t>(input.front());
    input.remove_prefix(1);
  }
  return number;
}

struct Segment {
  Bytes bytes;
  std::vector<std::string> payloads;
  size_t last_frame = header_bytes;  // where it begins
};

/// The input at its line feeds as payloads of frames.
Segment make_segment(std::string_view input) {
  Segment segment;
  append_header(segment.bytes, Magic::segment, 1, 0);
  Position position;
  while (!input.empty()) {
    const size_t size = std::min(input.find('\n'), input.size());
    if (size != 0) {
      segment.payloads.emplace_back(input.substr(0, size));
      segment.last_frame = segment.bytes.size();
      position = append_frame(segment.bytes, position, segment.payloads.back());
    }
    input.remove_prefix(std::min(size + 1, input.size()));
  }
  return segment;
}

void fuzz_damaged_segment(std::string_view input) {
  const size_t flip_at = take_number(input);
  const size_t flip_bit = take_number(input) % 8;
  const size_t cut_to = take_number(input);
  const bool last = take_number(input) % 2 == 1;
  const Segment segment = make_segment(input);

  const Reading intact = read_consistently(segment.bytes, last);
  check(intact.outcome == Outcome::whole && intact.payloads == segment.payloads);

  std::string bytes(segment.bytes.view().substr(0, cut_to));
  const bool flipped = flip_at < bytes.size();
  if (flipped) bytes[flip_at] = static_cast<char>(bytes[flip_at] ^ (1 << flip_bit));
  const Reading reading = read_consistently(bytes, last);
  check(reading.payloads.size() <= segment.payloads.size());
  check(std::equal(reading.payloads.begin(), reading.payloads.end(), segment.payloads.begin()));
  // A checksum sees every flipped bit.
  if (flipped) check(reading.outcome != Outcome::whole && reading.valid_bytes <= flip_at);
  if (flipped && bytes.size() == segment.bytes.size() && flip_at < segment.last_frame) {
    check(reading.outcome == Outcome::fault);
  }
}

void fuzz_varints(std::string_view input) {
  std::string_view rest = input;
  uint64_t value = 0;
  while (read_varint(rest, value)) {
    Bytes written;
    append_varint(written, value);
    check(input.substr(0, written.size()) == written && written.size() <= max_varint_bytes);
    check(zigzag_encoded(zigzag_decoded(value)) == value);
    input.remove_prefix(written.size());
    check(input == rest);
  }
  check(input == rest);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 0) {
    read_consistently(input, true);
    read_consistently(input, false);
  } else {
    fuzz_damaged_segment(input);
  }
  fuzz_varints(input);
  return 0;
}
