#include "journal/frame.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "base/little_endian.hpp"
#include "journal/varint.hpp"
#include "written.hpp"

using namespace waybill;
using namespace waybill::journal;

namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (size_t at = 0; at < hex.size(); at += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(at, 2)), nullptr, 16)));
  }
  return bytes;
}

// Made field by field with another program: a bitwise CRC and the reference libxxhash.
const std::string golden_header =
    from_hex("57415942494c4c4a0100000091319e1801000000000000000000000000000000");
const std::string golden_frame_1 =
    from_hex("08000000a20ce688010000000000000000000000000000000167656e65736973");
const std::string golden_frame_2 =
    from_hex("06000000406b076402000000000000008469a93417f19561016f72646572");
const std::string golden_snapshot = from_hex(
    "57415942494c4c5301000000a933b7a002000000000000009f229b3415574d96"
    "05000000ae808e540100000000000000000000000000000002726f7773");
constexpr Position golden_position{2, 0x964d5715349b229f};

struct Segment {
  std::string bytes;
  std::vector<std::string> payloads;
  std::vector<size_t> ends;  // of each frame; in front of them the end of the header
  Position end;
};

Segment make_segment(const std::vector<std::string>& payloads, Position before = {}) {
  Segment segment{{}, payloads, {}, before};
  segment.bytes = written([&](Bytes& out) {
    append_header(out, Magic::segment, before.sequence + 1, before.hash);
    segment.ends.push_back(out.size());
    for (const std::string& payload : payloads) {
      segment.end = append_frame(out, segment.end, payload);
      segment.ends.push_back(out.size());
    }
  });
  return segment;
}

Segment small_segment() {
  return make_segment({"\1genesis", "\1one", std::string(40, 'x'), "\1last"});
}

struct Reading {
  std::vector<std::string> payloads;
  std::vector<uint64_t> sequences;
  Outcome outcome = Outcome::fault;
  uint64_t valid_bytes = 0;
  std::string fault;
  Position position;
};

/// Every damage ends with the same advice; what follows compares the rest.
std::string without_advice(std::string fault) {
  const std::string advice = " Nothing was changed; restore the data from a backup.";
  const bool advised = fault.size() >= advice.size() &&
                       fault.compare(fault.size() - advice.size(), advice.size(), advice) == 0;
  CHECK(advised == (fault.find(" is damaged at byte ") != std::string::npos));
  if (advised) fault.resize(fault.size() - advice.size());
  return fault;
}

Reading read(std::string_view bytes, bool last, size_t chunk = SIZE_MAX,
             std::optional<Position> expected = std::nullopt) {
  StreamReader reader(expected);
  Reading reading;
  uint64_t end = header_bytes;
  for (size_t at = 0; at < bytes.size();) {
    const size_t size = std::min(chunk, bytes.size() - at);
    reader.feed(bytes.substr(at, size));
    at += size;
    while (const auto frame = reader.next()) {
      CHECK(frame->begin == end);
      end += frame_header_bytes + frame->payload.size();
      CHECK(reader.position() == Position{frame->sequence, frame->hash});
      reading.payloads.emplace_back(frame->payload);
      reading.sequences.push_back(frame->sequence);
    }
  }
  reading.outcome = reader.finish(last);
  reading.valid_bytes = reader.valid_bytes();
  reading.fault = without_advice(reader.fault());
  reading.position = reader.position();
  CHECK((reading.outcome == Outcome::fault) == !reading.fault.empty());
  return reading;
}

bool is_prefix(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

}  // namespace

TEST_CASE("a segment has the bytes of the format document") {
  Bytes bytes;
  append_header(bytes, Magic::segment, 1, 0);
  CHECK(bytes == golden_header);
  Position position = append_frame(bytes, {}, "\1genesis");
  position = append_frame(bytes, position, "\1order");
  CHECK(bytes == golden_header + golden_frame_1 + golden_frame_2);
  CHECK(position == golden_position);
}

TEST_CASE("a snapshot has the bytes of the format document, chained for itself") {
  Bytes bytes;
  append_header(bytes, Magic::snapshot, golden_position.sequence, golden_position.hash);
  append_frame(bytes, {}, "\2rows");
  CHECK(bytes == golden_snapshot);

  StreamReader reader;
  reader.feed(golden_snapshot);
  const auto frame = reader.next();
  REQUIRE(frame);
  CHECK(frame->sequence == 1);
  CHECK(frame->payload == "\2rows");
  REQUIRE(reader.header());
  CHECK(reader.header()->magic == Magic::snapshot);
  CHECK(reader.header()->sequence == golden_position.sequence);
  CHECK(reader.header()->hash == golden_position.hash);
  CHECK(reader.finish(false) == Outcome::whole);
}

TEST_CASE("a frame sealed in place has the bytes of an appended one") {
  std::string bytes = golden_header + std::string(frame_header_bytes, '?') + "\1genesis";
  seal_frame(std::span(bytes).subspan(header_bytes), {});
  CHECK(bytes == golden_header + golden_frame_1);
}

TEST_CASE("a segment is read back, in chunks of any size") {
  const Segment segment = small_segment();
  for (size_t chunk = 1; chunk <= segment.bytes.size(); ++chunk) {
    const Reading reading = read(segment.bytes, false, chunk);
    CHECK(reading.outcome == Outcome::whole);
    CHECK(reading.payloads == segment.payloads);
    CHECK(reading.sequences == std::vector<uint64_t>{1, 2, 3, 4});
    CHECK(reading.valid_bytes == segment.bytes.size());
    CHECK(reading.position == segment.end);
  }
}

TEST_CASE("a segment without frames is whole") {
  const Reading reading = read(golden_header, true);
  CHECK(reading.outcome == Outcome::whole);
  CHECK(reading.valid_bytes == header_bytes);
  CHECK(reading.position == Position{});
}

TEST_CASE("a chain goes on from segment to segment") {
  const Segment first = small_segment();
  const Segment second = make_segment({"\1five"}, first.end);
  const Reading reading = read(second.bytes, true, SIZE_MAX, first.end);
  CHECK(reading.outcome == Outcome::whole);
  CHECK(reading.sequences == std::vector<uint64_t>{5});

  CHECK(read(second.bytes, true).outcome == Outcome::whole);  // the first segment that is read
  CHECK(
      read(second.bytes, true, SIZE_MAX, Position{3, first.end.hash}).fault ==
      "The journal is damaged at byte 16: the segment begins with frame 5 where frame 4 belongs.");
  CHECK(read(second.bytes, true, SIZE_MAX, Position{4, 7}).fault ==
        "The journal is damaged at byte 24: the segment does not follow the frame in front of it.");
  CHECK(read(golden_snapshot, true, SIZE_MAX, first.end).fault ==
        "This file is a snapshot where a segment of the journal was expected.");
}

TEST_CASE("the newest segment is cut behind its last whole frame") {
  const Segment segment = small_segment();
  for (size_t size = 0; size < segment.bytes.size(); ++size) {
    CAPTURE(size);
    const Reading reading = read(segment.bytes.substr(0, size), true, 7);
    const auto end = std::upper_bound(segment.ends.begin(), segment.ends.end(), size);
    const size_t valid = end == segment.ends.begin() ? 0 : *(end - 1);
    CHECK(reading.outcome == (valid == size && size != 0 ? Outcome::whole : Outcome::cut));
    CHECK(reading.valid_bytes == valid);
    CHECK(is_prefix(reading.payloads, segment.payloads));
  }
}

TEST_CASE("an older segment or a snapshot that ends early is damaged") {
  const Segment segment = small_segment();
  for (size_t size = 0; size < segment.bytes.size(); ++size) {
    const bool at_end = std::count(segment.ends.begin(), segment.ends.end(), size) != 0;
    const Reading reading = read(segment.bytes.substr(0, size), false);
    CHECK(reading.outcome == (at_end ? Outcome::whole : Outcome::fault));
  }
  CHECK(read(segment.bytes.substr(0, 20), false).fault ==
        "The journal is damaged at byte 20: the end of the header is missing.");
  CHECK(read(segment.bytes.substr(0, segment.bytes.size() - 1), false).fault ==
        "The journal is damaged at byte " + std::to_string(segment.ends[3]) +
            ": the end of frame 4 is missing.");
  CHECK(read(golden_snapshot.substr(0, 50), true).fault ==
        "The snapshot is damaged at byte 32: the end of frame 1 is missing.");
}

TEST_CASE("no flipped bit is read as something else") {
  const Segment segment = small_segment();
  for (size_t at = 0; at < segment.bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      CAPTURE(at, bit);
      std::string bytes = segment.bytes;
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
      const Reading last = read(bytes, true, 50);
      CHECK(is_prefix(last.payloads, segment.payloads));
      // Damage in the last frame is all that a torn write can explain.
      const bool in_last_frame = at >= segment.ends[3];
      CHECK(last.outcome == (in_last_frame ? Outcome::cut : Outcome::fault));
      if (in_last_frame) CHECK(last.valid_bytes == segment.ends[3]);
      CHECK(read(bytes, false).outcome == Outcome::fault);
    }
  }
}

TEST_CASE("the fault names the byte and what did not fit") {
  const Segment segment = small_segment();
  const auto fault_with = [&segment](size_t at, char byte) {
    std::string bytes = segment.bytes;
    bytes[at] = byte;
    return read(bytes, true).fault;
  };
  const size_t frame = segment.ends[1];  // frame 2
  const std::string where = "The journal is damaged at byte " + std::to_string(frame) + ": ";
  CHECK(fault_with(frame + 24, 'X') == where + "the checksum of frame 2 does not fit.");
  CHECK(fault_with(frame + 3, 'X') == where + "the size of frame 2 is not possible.");
  CHECK(fault_with(frame + 2, 'X') == where + "the end of frame 2 is missing.");
  CHECK(fault_with(frame + 8, 9) == where + "frame 9 stands where frame 2 belongs.");
  CHECK(fault_with(frame + 16, 9) == where + "frame 2 does not follow the frame in front of it.");
  CHECK(fault_with(20, 1) ==
        "The journal is damaged at byte 12: the checksum of the header does not fit.");
  CHECK(fault_with(0, 'w') ==
        "This file is neither a journal nor a snapshot of Waybill: bytes 0 to 7 say so.");
}

TEST_CASE("a newer format is refused in a sentence that says which") {
  std::string bytes = golden_header + golden_frame_1;
  bytes[8] = 2;
  const Reading reading = read(bytes, true, 5);
  CHECK(reading.outcome == Outcome::fault);
  CHECK(reading.fault ==
        "This file was written by a newer Waybill (format 2); this one reads format 1.");
  StreamReader reader;
  reader.feed(bytes);
  CHECK_FALSE(reader.next());
  CHECK(reader.failed());
}

TEST_CASE("a frame that is lost, repeated or foreign is damage unless nothing later follows") {
  const Segment segment = small_segment();
  const auto frame = [&segment](size_t n) {
    return segment.bytes.substr(segment.ends[n - 1], segment.ends[n] - segment.ends[n - 1]);
  };
  const std::string front = segment.bytes.substr(0, segment.ends[1]);
  CHECK(read(front + frame(3) + frame(4), true).outcome == Outcome::fault);  // 2 is lost
  CHECK(read(front + frame(4), true).outcome == Outcome::fault);
  CHECK(read(front + frame(1) + frame(2), true).outcome == Outcome::fault);  // 1 twice, then 2
  CHECK(read(front + "junk" + frame(2), true).outcome == Outcome::fault);
  CHECK(read(front + std::string(5000, '\0') + frame(4), true).outcome == Outcome::fault);
  const std::string foreign = written([](Bytes& out) { append_frame(out, {1, 12345}, "\1fork"); });
  CHECK(read(front + foreign, true).outcome == Outcome::fault);

  CHECK(read(front + frame(1), true).outcome == Outcome::cut);
  CHECK(read(front + "junk", true).outcome == Outcome::cut);
  CHECK(read(front + std::string(5000, '\0'), true).outcome == Outcome::cut);
  CHECK(read(front + std::string(5000, '\xff'), true).outcome == Outcome::cut);
}

TEST_CASE("the search behind a torn tail stays linear on bytes made to slow it down") {
  // A plausible header every 16 bytes (each one's hash is the next one's size and checksum), with a
  // payload that reaches almost to the end.
  const size_t count = 200'000;
  std::string tail;
  for (size_t i = 0; i < count; ++i) {
    char header[16];
    store_u32(header, static_cast<uint32_t>((count - i) * 16 - 200));
    store_u32(header + 4, 0);
    store_u64(header + 8, 2 + i);
    tail.append(header, sizeof header);
  }
  CHECK(read(golden_header + tail, true).outcome == Outcome::fault);
}

TEST_CASE("payloads of 1 byte to 1 GiB are frames, and their size is checked first") {
  std::string frame(frame_header_bytes, '\0');
  store_u64(frame.data() + 8, 1);
  const auto fault_with_size = [&frame](uint64_t size) {
    store_u32(frame.data(), static_cast<uint32_t>(size));
    return read(golden_header + frame, false).fault;
  };
  const std::string where = "The journal is damaged at byte 32: ";
  const std::string impossible = where + "the size of frame 1 is not possible.";
  const std::string missing = where + "the end of frame 1 is missing.";
  CHECK(fault_with_size(0) == impossible);
  CHECK(fault_with_size(1) == missing);
  CHECK(fault_with_size(limits::frame_payload_bytes) == missing);
  CHECK(fault_with_size(limits::frame_payload_bytes + 1) == impossible);
}

// Takes 2 GiB of memory; run it by its tag.
TEST_CASE("a tail longer than any frame is no torn tail", "[.large]") {
  const std::string chunk(64 * 1024 * 1024, '\xff');
  StreamReader reader;
  reader.feed(golden_header);
  for (size_t fed = 0; fed <= limits::frame_payload_bytes; fed += chunk.size()) {
    CHECK_FALSE(reader.next());
    CHECK_FALSE(reader.failed());
    reader.feed(chunk);
  }
  CHECK(reader.failed());
  CHECK(reader.finish(true) == Outcome::fault);
  CHECK(without_advice(reader.fault()) ==
        "The journal is damaged at byte 32: the size of frame 1 is not possible.");
}

TEST_CASE("varints are LEB128") {
  const auto varint = [](uint64_t value) {
    return written([&](Bytes& out) { append_varint(out, value); });
  };
  CHECK(varint(0) == std::string(1, '\0'));
  CHECK(varint(127) == "\x7f");
  CHECK(varint(128) == "\x80\x01");
  CHECK(varint(624485) == "\xE5\x8E\x26");
  CHECK(varint(UINT64_MAX) == std::string(9, '\xff') + '\x01');
  for (int bit = 0; bit < 64; ++bit) {
    for (const uint64_t value : {uint64_t{1} << bit, (uint64_t{1} << bit) - 1}) {
      const std::string bytes = varint(value) + "rest";
      std::string_view in = bytes;
      uint64_t out = 0;
      REQUIRE(read_varint(in, out));
      CHECK(out == value);
      CHECK(in == "rest");
    }
  }
}

TEST_CASE("a varint that is cut off, too long or too large is refused") {
  for (const std::string& bytes : {std::string(), std::string("\x80"), std::string("\xff\xff"),
                                   std::string("\x80\x00", 2), std::string(9, '\xff') + '\x02',
                                   std::string(10, '\xff'), std::string(10, '\x80') + '\x01'}) {
    std::string_view in = bytes;
    uint64_t out = 77;
    CHECK_FALSE(read_varint(in, out));
    CHECK(in == bytes);
    CHECK(out == 77);
  }
}

TEST_CASE("zigzag puts small numbers of either sign into few bytes") {
  CHECK(zigzag_encoded(0) == 0);
  CHECK(zigzag_encoded(-1) == 1);
  CHECK(zigzag_encoded(1) == 2);
  CHECK(zigzag_encoded(INT64_MAX) == UINT64_MAX - 1);
  CHECK(zigzag_encoded(INT64_MIN) == UINT64_MAX);
  for (const int64_t value : {INT64_MIN, int64_t{-300}, int64_t{0}, int64_t{1'734'273'120'000}}) {
    const std::string bytes = written([&](Bytes& out) { append_zigzag(out, value); });
    std::string_view in = bytes;
    int64_t out = 0;
    REQUIRE(read_zigzag(in, out));
    CHECK(out == value);
    CHECK(in.empty());
  }
}
