#include "journal/frame.hpp"

#include <array>
#include <utility>

#include "base/check.hpp"
#include "base/checksum.hpp"
#include "base/limits.hpp"
#include "base/little_endian.hpp"
#include "base/text.hpp"

namespace waybill::journal {
namespace {

// Where the fields of the header and of a frame lie.
constexpr size_t magic_bytes = 8;
constexpr size_t version_at = 8;
constexpr size_t header_crc_at = 12;
constexpr size_t header_sequence_at = 16;
constexpr size_t header_hash_at = 24;
constexpr size_t size_at = 0;
constexpr size_t crc_at = 4;
constexpr size_t checked_from = 8;  // what the CRC of a frame covers: from here to its end
constexpr size_t sequence_at = 8;
constexpr size_t hash_before_at = 16;

constexpr size_t max_frame_bytes = frame_header_bytes + limits::frame_payload_bytes;

constexpr std::string_view magic_text(Magic magic) {
  return magic == Magic::segment ? "WAYBILLJ" : "WAYBILLS";
}

std::optional<Magic> magic_of(std::string_view header) {
  for (const Magic magic : {Magic::segment, Magic::snapshot}) {
    if (header.substr(0, magic_bytes) == magic_text(magic)) return magic;
  }
  return std::nullopt;
}

uint32_t header_crc(std::string_view header) {
  return crc32c(header.substr(header_sequence_at), crc32c(header.substr(0, header_crc_at)));
}

bool is_possible_size(uint64_t payload_bytes) {
  return payload_bytes >= 1 && payload_bytes <= limits::frame_payload_bytes;
}

bool checksum_fits(std::string_view frame) {
  return crc32c(frame.substr(checked_from)) == load_u32(frame.data() + crc_at);
}

enum class Fit : uint8_t { fits, incomplete, size, sequence, hash_before, checksum };

/// Whether a whole frame that follows `before` stands at the front of `bytes`, and if not, why. A
/// wrong header is noticed before the payload is there.
Fit examine(std::string_view bytes, Position before) {
  if (bytes.size() < frame_header_bytes) return Fit::incomplete;
  const uint32_t payload_bytes = load_u32(bytes.data() + size_at);
  if (!is_possible_size(payload_bytes)) return Fit::size;
  if (load_u64(bytes.data() + sequence_at) != before.sequence + 1) return Fit::sequence;
  if (load_u64(bytes.data() + hash_before_at) != before.hash) return Fit::hash_before;
  if (bytes.size() - frame_header_bytes < payload_bytes) return Fit::incomplete;
  const auto frame = bytes.substr(0, frame_header_bytes + payload_bytes);
  return checksum_fits(frame) ? Fit::fits : Fit::checksum;
}

/// Whether a whole frame with this sequence or a later one stands anywhere in `bytes`, whatever it
/// follows: then they are not what a crash leaves behind. Every place with a plausible header costs
/// one CRC. Torn tails have few such places; bytes that have so many that the work would get out of
/// proportion were made by somebody, and count as if a frame had been found.
bool holds_frame_from(uint64_t sequence, std::string_view bytes) {
  constexpr uint64_t max_gap = uint64_t{1} << 32;  // more frames than a segment can lose
  uint64_t crc_budget = 8 * uint64_t{bytes.size()} + 1024 * 1024;
  for (; bytes.size() > frame_header_bytes; bytes.remove_prefix(1)) {
    const uint32_t payload_bytes = load_u32(bytes.data() + size_at);
    const uint64_t found = load_u64(bytes.data() + sequence_at);
    if (!is_possible_size(payload_bytes) || payload_bytes > bytes.size() - frame_header_bytes ||
        found < sequence || found - sequence > max_gap) {
      continue;
    }
    const size_t frame_bytes = frame_header_bytes + payload_bytes;
    if (frame_bytes > crc_budget || checksum_fits(bytes.substr(0, frame_bytes))) return true;
    crc_budget -= frame_bytes;
  }
  return false;
}

std::string numbered(std::string_view before, uint64_t number, std::string_view after) {
  std::string out(before);
  out += std::to_string(number);
  out += after;
  return out;
}

/// What is wrong with the frame that should have been number `wanted`.
std::string misfit_text(Fit fit, uint64_t wanted, std::string_view bytes) {
  switch (fit) {
    case Fit::fits:
      break;  // not asked for
    case Fit::incomplete:
      return numbered("the end of frame ", wanted, " is missing");
    case Fit::size:
      return numbered("the size of frame ", wanted, " is not possible");
    case Fit::sequence:
      return numbered("frame ", load_u64(bytes.data() + sequence_at), " stands where frame ") +
             numbered("", wanted, " belongs");
    case Fit::hash_before:
      return numbered("frame ", wanted, " does not follow the frame in front of it");
    case Fit::checksum:
      return numbered("the checksum of frame ", wanted, " does not fit");
  }
  return {};
}

}  // namespace

void append_header(Bytes& out, Magic magic, uint64_t sequence, uint64_t hash) {
  std::array<char, header_bytes> header{};
  magic_text(magic).copy(header.data(), magic_bytes);
  store_u32(header.data() + version_at, format_version);
  store_u64(header.data() + header_sequence_at, sequence);
  store_u64(header.data() + header_hash_at, hash);
  store_u32(header.data() + header_crc_at, header_crc({header.data(), header.size()}));
  out += {header.data(), header.size()};
}

Position append_frame(Bytes& out, Position before, std::string_view payload) {
  const size_t begin = out.size();
  out.append_repeated(frame_header_bytes, '\0');
  out += payload;
  return seal_frame({out.data() + begin, out.size() - begin}, before);
}

Position seal_frame(std::span<char> frame, Position before) {
  check(frame.size() > frame_header_bytes && frame.size() <= max_frame_bytes);
  const std::string_view bytes(frame.data(), frame.size());
  const uint64_t sequence = before.sequence + 1;
  store_u32(frame.data() + size_at, static_cast<uint32_t>(frame.size() - frame_header_bytes));
  store_u64(frame.data() + sequence_at, sequence);
  store_u64(frame.data() + hash_before_at, before.hash);
  store_u32(frame.data() + crc_at, crc32c(bytes.substr(checked_from)));
  return {sequence, xxh64(bytes)};
}

void StreamReader::feed(std::string_view chunk) {
  if (state_ == State::failed) return;
  // Moving the unread rest to the front only once it is the smaller half keeps this linear.
  if (consumed_ >= buffer_.size() - consumed_) {
    buffer_.erase(0, consumed_);
    consumed_ = 0;
  }
  buffer_.append(chunk);
  // A crash leaves one part of a frame behind at most, so that this is no torn tail.
  if (state_ == State::misfit && unread().size() > max_frame_bytes) fail_with_next_frame();
}

std::optional<Frame> StreamReader::next() {
  if (state_ == State::header && unread().size() >= header_bytes) read_header();
  if (state_ != State::frames) return std::nullopt;
  const std::string_view bytes = unread();
  const Fit fit = examine(bytes, position_);
  if (fit == Fit::incomplete) return std::nullopt;
  if (fit != Fit::fits) {
    state_ = State::misfit;
    return std::nullopt;
  }
  const size_t frame_bytes = frame_header_bytes + load_u32(bytes.data() + size_at);
  const std::string_view frame = bytes.substr(0, frame_bytes);
  const uint64_t begin = valid_bytes_;
  position_ = {position_.sequence + 1, xxh64(frame)};
  consume(frame_bytes);
  return Frame{position_.sequence, position_.hash, frame.substr(frame_header_bytes), begin};
}

Outcome StreamReader::finish(bool last) {
  check(!next());
  if (state_ == State::failed) return Outcome::fault;
  if (state_ == State::header) {
    if (last) return Outcome::cut;
    fail_damaged(buffer_.size(), "the end of the header is missing");
    return Outcome::fault;
  }
  const std::string_view rest = unread();
  if (rest.empty()) return Outcome::whole;
  const bool may_be_cut = last && header_->magic == Magic::segment;
  if (may_be_cut && !holds_frame_from(position_.sequence + 1, rest)) return Outcome::cut;
  fail_with_next_frame();
  return Outcome::fault;
}

void StreamReader::consume(size_t bytes) {
  consumed_ += bytes;
  valid_bytes_ += bytes;
}

void StreamReader::read_header() {
  const std::string_view bytes = unread().substr(0, header_bytes);
  const auto magic = magic_of(bytes);
  if (!magic) {
    return fail("This file is neither a journal nor a snapshot of Waybill: bytes 0 to 7 say so.");
  }
  const uint32_t version = load_u32(bytes.data() + version_at);
  if (version > format_version) {
    return fail(numbered("This file was written by a newer Waybill (format ", version, ")") +
                numbered("; this one reads format ", format_version, "."));
  }
  header_ = Header{*magic, load_u64(bytes.data() + header_sequence_at),
                   load_u64(bytes.data() + header_hash_at)};
  if (header_crc(bytes) != load_u32(bytes.data() + header_crc_at)) {
    return fail_damaged(header_crc_at, "the checksum of the header does not fit");
  }
  if (version != format_version) return fail_damaged(version_at, "there is no format 0");
  state_ = State::frames;
  if (*magic == Magic::segment) {
    check_segment_follows(expected_.value_or(Position{header_->sequence - 1, header_->hash}));
  } else if (expected_) {
    return fail("This file is a snapshot where a segment of the journal was expected.");
  }
  if (state_ == State::frames) consume(header_bytes);
}

void StreamReader::check_segment_follows(Position before) {
  if (header_->sequence == 0) {
    return fail_damaged(header_sequence_at, "the first frame of a segment cannot be frame 0");
  }
  if (header_->sequence != before.sequence + 1) {
    return fail_damaged(header_sequence_at,
                        numbered("the segment begins with frame ", header_->sequence, "") +
                            numbered(" where frame ", before.sequence + 1, " belongs"));
  }
  if (header_->hash != before.hash) {
    return fail_damaged(header_hash_at, "the segment does not follow the frame in front of it");
  }
  position_ = before;
}

void StreamReader::fail(std::string sentence) {
  state_ = State::failed;
  fault_ = std::move(sentence);
  buffer_ = {};
  consumed_ = 0;
}

void StreamReader::fail_damaged(uint64_t at, std::string_view what) {
  const bool snapshot = header_ && header_->magic == Magic::snapshot;
  std::string sentence = numbered(
      snapshot ? "The snapshot is damaged at byte " : "The journal is damaged at byte ", at, ": ");
  sentence += what;
  sentence += ". Nothing was changed; restore the data from a backup.";
  fail(std::move(sentence));
}

/// The fault is that the next frame does not fit.
void StreamReader::fail_with_next_frame() {
  const std::string_view bytes = unread();
  const Fit fit = examine(bytes, position_);
  fail_damaged(valid_bytes_, misfit_text(fit, position_.sequence + 1, bytes));
}

}  // namespace waybill::journal
