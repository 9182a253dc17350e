#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine.hpp"
#include "requests.hpp"

namespace waybill::model {

struct Response {
  uint32_t status = 0;
  std::string headers;
  std::string body;
};

/// An engine and its journal: the host's part, over bytes in memory.
class Subject {
 public:
  /// Goes on from that journal; an empty one is begun.
  explicit Subject(std::string journal = {});

  Response send(const Request& request, Time now);
  Response get(std::string_view target, Time now);
  void tick(Time now);

  /// What the engine finds wrong when it works its figures out again; empty for nothing.
  std::string verify() const { return engine_->verify(); }
  bool pending() const { return engine_->pending(); }
  bool sealed() const { return sealed_; }
  /// False if there was nothing to seal.
  bool seal();
  void confirm();
  void refuse();

  /// A new engine that replays what was confirmed.
  void restart();
  /// What was confirmed becomes a snapshot; nothing may be pending or sealed.
  void snapshot();

  const std::string& journal() const { return journal_; }

 private:
  void replay(std::string_view stream, bool last);

  std::unique_ptr<Engine> engine_;
  std::string snapshot_;
  std::string journal_;
  std::string frame_;  // sealed, with the segment's header if it is the first one
  bool sealed_ = false;
};

}  // namespace waybill::model
