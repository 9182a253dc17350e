#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

/// Segments and snapshots as streams of checked, chained frames; docs/formats/journal.md gives the
/// bytes. What the payload of a frame means is not known here.
namespace waybill::journal {

inline constexpr uint32_t format_version = 1;
inline constexpr size_t header_bytes = 32;
inline constexpr size_t frame_header_bytes = 24;

/// What a stream holds; the magic text that it begins with says so.
enum class Magic : uint8_t {
  segment,   // WAYBILLJ
  snapshot,  // WAYBILLS
};

/// A place between two frames: after the one with this sequence and hash; {0, 0} before the first.
struct Position {
  uint64_t sequence = 0;
  uint64_t hash = 0;

  friend bool operator==(Position a, Position b) = default;
};

/// The beginning of a stream. Segment: sequence of its first frame, hash of the frame before that.
/// Snapshot: sequence and hash of the frame that replay goes on after.
struct Header {
  Magic magic = Magic::segment;
  uint64_t sequence = 0;
  uint64_t hash = 0;
};

void append_header(Bytes& out, Magic magic, uint64_t sequence, uint64_t hash);

/// Appends the frame that follows `before`; returns the position after it. The payload has 1 to
/// limits::frame_payload_bytes bytes.
Position append_frame(Bytes& out, Position before, std::string_view payload);

/// The same without a copy: `frame` is frame_header_bytes of room and the payload behind them, and
/// becomes a frame by having its header filled in.
Position seal_frame(std::span<char> frame, Position before);

struct Frame {
  uint64_t sequence = 0;
  uint64_t hash = 0;         // of this frame: with its sequence, the position after it
  std::string_view payload;  // valid until the reader is fed again
  uint64_t begin = 0;        // offset of the frame in the stream
};

/// How a stream ended.
enum class Outcome : uint8_t {
  whole,  // with its last frame
  cut,    // in a torn tail: everything behind valid_bytes() is to be cut off
  fault,  // damaged, or not ours to read: fault() says why
};

/// Reads one segment or one snapshot, in chunks of any size, and yields the frames that fit the
/// chain. Feed a chunk, take frames until there is none, and so on; then finish.
///
/// A bad frame can be told from a torn tail only by what is behind it, so that from the first bad
/// frame on the rest of the stream is kept until `finish`.
class StreamReader {
 public:
  /// `expected`: where the segment has to go on; nullopt to go on from where its header says, for
  /// the first segment that is read. Frames of a snapshot are chained for themselves.
  explicit StreamReader(std::optional<Position> expected = std::nullopt) : expected_(expected) {}

  void feed(std::string_view chunk);

  /// The next whole frame that fits; nullopt if more bytes are needed or a frame did not fit.
  std::optional<Frame> next();

  /// The stream has ended and `next` has yielded all it could. `last`: it is the newest segment,
  /// whose torn tail may be cut.
  Outcome finish(bool last);

  /// True as soon as the stream is known not to be readable, whatever follows: stop feeding.
  bool failed() const { return state_ == State::failed; }
  /// One English sentence; empty as long as there is no fault.
  const std::string& fault() const { return fault_; }
  /// Known from the first call of `next` after 32 bytes were fed.
  const std::optional<Header>& header() const { return header_; }
  /// After the last frame that was yielded; meaningful once there is a header.
  Position position() const { return position_; }
  /// Bytes of the stream up to the end of the last whole frame.
  uint64_t valid_bytes() const { return valid_bytes_; }

 private:
  enum class State : uint8_t { header, frames, misfit, failed };

  std::string_view unread() const { return std::string_view(buffer_).substr(consumed_); }
  void consume(size_t bytes);
  void read_header();
  void check_segment_follows(Position before);
  void fail(std::string sentence);
  void fail_damaged(uint64_t at, std::string_view what);
  void fail_with_next_frame();

  std::optional<Position> expected_;
  std::optional<Header> header_;
  Position position_;
  State state_ = State::header;
  uint64_t valid_bytes_ = 0;
  std::string buffer_;
  size_t consumed_ = 0;  // bytes of the buffer that have been read; valid_bytes_ is where they end
  std::string fault_;
};

}  // namespace waybill::journal
