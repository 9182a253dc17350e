#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/instant.hpp"
#include "engine.hpp"

/// What the WebAssembly module and the native program have in common: the members of
/// docs/formats/exchange.md over fixed buffers, without a word of JavaScript or of pipes.
namespace waybill {

/// The exchange block, byte for byte as the document lays it out. Addresses mean something only
/// to a host that shares our memory, which is 32 bits wide; natively they are 0.
struct ExchangeBlock {
  uint32_t request = 0;
  uint32_t request_capacity = 0;
  uint32_t answer = 0;
  uint32_t answer_size = 0;
  uint32_t pending = 0;
  uint32_t reserved = 0;
  uint64_t sequence = 0;
  uint64_t hash = 0;
  uint64_t valid_bytes = 0;
  uint64_t wake_ms = 0;  // 0 for never
  uint64_t last_now_ms = 0;
};
static_assert(sizeof(ExchangeBlock) == 64);
static_assert(offsetof(ExchangeBlock, sequence) == 24);

/// The number in decimal digits; nullopt if it is not all of the text, or above 64 bits.
std::optional<uint64_t> parse_seed(std::string_view text);

/// An engine and the buffers through which a host talks to it. What a host must not do (a size
/// beyond the buffer, a time out of range) ends the instance: it is a bug of the host.
class Exchange {
 public:
  explicit Exchange(uint64_t seed);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// Up to date after every call; its address stays.
  const ExchangeBlock& block() const { return block_; }
  /// What the last call wrote, good until the next one; empty if it writes nothing.
  std::string_view answer() const { return answer_; }

  /// Makes the request buffer at least that large; what was in it may be lost.
  void reserve(size_t bytes);
  /// Good until the next `reserve`.
  char* request() { return request_.data(); }

  void handle(size_t size, Instant now);
  void tick(Instant now);
  void load_demo(Instant now);

  /// Bytes of the frame, 0 if nothing was pending.
  uint32_t seal();
  void confirm();
  void revert();

  void replay_begin();
  /// 0, or 1 for a fault, whose text is the answer.
  uint32_t replay(size_t size);
  /// 0 whole, 1 fault, 2 a torn tail is to be cut off.
  uint32_t replay_end(bool last);

  void segment_header();
  void snapshot_begin();
  /// Bytes of the slice, 0 when the snapshot has ended.
  uint32_t snapshot_next(size_t bytes);

  void memory();
  /// The answer is the first difference in words, empty if there is none.
  void verify();

 private:
  std::string_view received(size_t size) const;
  /// Every call ends here: shows the host the answer and where the engine stands.
  uint32_t publish(std::string_view answer);
  void publish_buffer();

  Engine engine_;
  Bytes memory_;
  std::string difference_;
  std::vector<char> request_;
  std::string_view answer_;
  ExchangeBlock block_;
};

/// A host's `now`, in whole milliseconds since 1970, up to the end of the year 9999.
Instant instant_of_host(uint64_t ms);

}  // namespace waybill
