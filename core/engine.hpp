#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "journal/frame.hpp"
#include "store/memory_use.hpp"

namespace waybill {

/// An order engine: requests in, answers and journal bytes out. No IO, no clock, no randomness: the
/// same inputs give the same bytes on every host. docs/formats/exchange.md is the host's view.
class Engine {
 public:
  /// `seed` decides the database keys given out; a journal that is replayed brings its own.
  explicit Engine(uint64_t seed);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Runs a request record and returns the response record, good until the next call.
  /// A record whose sizes do not add up is answered 400.
  std::string_view handle(std::string_view record, Instant now);

  /// Runs what is due at `now`: reservations that end (O-41).
  void tick(Instant now);

  /// Loads the demo data (C-90 to C-93) into an engine without orders.
  void load_demo(Instant now);

  /// Whether transactions wait to be made durable.
  bool pending() const;
  /// Closes the waiting transactions into one frame; empty if there are none. The position moves
  /// on. Requests may be handled while the frame is on its way; the next can be sealed when it has
  /// been confirmed.
  std::string_view seal();
  /// The sealed frame is durable.
  void confirm();
  /// The sealed frame was refused: it is undone, and so is everything that was handled since.
  void revert();

  // Opening: for each stream in turn begin, replay its bytes in chunks, end. A snapshot first.
  void replay_begin();
  /// False on a fault; fault() says what.
  bool replay(std::string_view bytes);
  journal::Outcome replay_end(bool last);
  uint64_t valid_bytes() const;
  const std::string& fault() const;

  /// The 32 bytes that open a new segment, in front of the sealed frame if there is one.
  std::string_view segment_header();
  /// Copies the state in slices of about `bytes`. Between slices the engine may work on; a slice is
  /// taken when nothing is pending or on its way.
  void snapshot_begin();
  std::string_view snapshot_next(size_t bytes);

  /// After the newest frame that was sealed or replayed.
  journal::Position position() const;
  /// When `tick` has something to do; nullopt for never.
  std::optional<Instant> wake() const;
  Instant last_now() const;

  /// Works every derived figure out again; the first difference in a sentence, empty for none
  /// (verify/verify.hpp).
  std::string verify() const;

  /// What rows, texts and indexes take; works it out from all of them.
  MemoryUse memory() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace waybill
