#include "subject.hpp"

#include "base/check.hpp"
#include "base/little_endian.hpp"

namespace waybill::model {

Subject::Subject(std::string journal) : journal_(std::move(journal)) {
  restart();
}

Response Subject::send(const Request& request, Time now) {
  std::string record(16, '\0');
  store_u32(record.data(), static_cast<uint32_t>(request.method));
  store_u32(record.data() + 4, static_cast<uint32_t>(request.target.size()));
  store_u32(record.data() + 12, static_cast<uint32_t>(request.body.size()));
  record += request.target;
  record += request.body;
  const std::string_view answer = engine_->handle(record, Instant{now});
  const uint32_t headers = load_u32(answer.data() + 4);
  return {load_u32(answer.data()), std::string(answer.substr(16, headers)),
          std::string(answer.substr(16 + headers))};
}

Response Subject::get(std::string_view target, Time now) {
  return send({http::Method::get, std::string(target), {}}, now);
}

void Subject::tick(Time now) {
  engine_->tick(Instant{now});
}

bool Subject::seal() {
  const std::string frame(engine_->seal());
  if (frame.empty()) return false;
  frame_ = journal_.empty() ? std::string(engine_->segment_header()) + frame : frame;
  sealed_ = true;
  return true;
}

void Subject::confirm() {
  engine_->confirm();
  journal_ += frame_;
  sealed_ = false;
}

void Subject::refuse() {
  engine_->revert();
  sealed_ = false;
}

void Subject::restart() {
  engine_ = std::make_unique<Engine>(1);
  sealed_ = false;
  if (!snapshot_.empty()) replay(snapshot_, false);
  if (!journal_.empty()) replay(journal_, true);
}

void Subject::snapshot() {
  std::string stream;
  engine_->snapshot_begin();
  for (;;) {
    const std::string_view slice = engine_->snapshot_next(4096);
    if (slice.empty()) break;
    stream += slice;
  }
  snapshot_ = std::move(stream);
  journal_ = engine_->segment_header();
}

void Subject::replay(std::string_view stream, bool last) {
  engine_->replay_begin();
  check(engine_->replay(stream));
  check(engine_->replay_end(last) == journal::Outcome::whole);
}

}  // namespace waybill::model
