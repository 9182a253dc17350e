#include "engine.hpp"

#include "base/text.hpp"
#include "catalog/catalog.hpp"
#include "demo/demo.hpp"
#include "http/api.hpp"
#include "journal/codec.hpp"
#include "journal/varint.hpp"
#include "model/catalog.hpp"
#include "orders/orders.hpp"
#include "verify/verify.hpp"

namespace waybill {

namespace {

enum class PayloadKind : char { transactions = 1, rows = 2, end = 3 };

/// Reads one change and applies it; false if the bytes are not ours to read.
bool apply_change(Store& store, std::string_view& in, bool puts_only) {
  uint64_t table;
  uint64_t row;
  if (!journal::read_varint(in, table) || !journal::read_varint(in, row) || in.empty()) {
    return false;
  }
  const char operation = in.front();
  in.remove_prefix(1);
  if (table >= table_count || row >= 0xffffffff) return false;
  const auto id = static_cast<TableId>(table);
  if (operation == change_purge && !puts_only) {
    store.replay_purge(id, static_cast<uint32_t>(row));
    return true;
  }
  return operation == change_put &&
         store.replay_put(id, static_cast<uint32_t>(row), [&](void* data, Strings& strings) {
           return decode_row(in, store.table(id), data, strings);
         });
}

}  // namespace

struct Engine::State {
  explicit State(uint64_t seed) : seed(seed), keys(seed), api(store, keys) {}

  uint64_t seed;  // for the genesis
  Store store;
  Keys keys;
  http::Api api;
  Bytes answer;
  std::string fault;
  Instant last_now{0};

  journal::Position position;
  Bytes frame;
  journal::Position before_seal;
  bool sealed = false;

  // Opening
  std::optional<journal::StreamReader> reader;
  std::optional<journal::Position> expected;  // of the next segment
  uint64_t skip_to = 0;                       // frames up to here are in the snapshot
  uint64_t skip_to_hash = 0;                  // of that frame
  uint64_t needed = 0;                        // the journal must reach this (P1)
  bool snapshot_ended = false;

  // A snapshot under way
  journal::Position snapshot_position;
  uint32_t snapshot_table = 0;
  uint32_t snapshot_row = 0;
  std::vector<uint64_t> snapshot_copied;
  int snapshot_step = 0;  // 0 none, 1 header, 2 rows, 3 end

  void genesis();
  void run_due(Instant now);
  bool apply_payload(std::string_view payload);
  bool apply_transactions(std::string_view in);
  bool apply_end(std::string_view in);
  void read_seed();
};

/// The first transaction of a new journal: the engine's own row and the reference data.
void Engine::State::genesis() {
  store.begin();
  EngineRow row;
  row.seed = store.intern(std::to_string(seed));
  store.insert(row);
  catalog::load_reference_data(store);
  store.commit(Instant{0});
}

void Engine::State::read_seed() {
  if (!store.table(TableId::engine).alive(0)) return;
  uint64_t seed = 0;
  for (const char c : store.view(store.rows<EngineRow>().at(0).seed)) {
    seed = seed * 10 + static_cast<uint64_t>(c - '0');
  }
  keys = Keys(seed);
}

Engine::Engine(uint64_t seed) : state_(std::make_unique<State>(seed)) {
  state_->genesis();
}
Engine::~Engine() = default;

namespace {

/// The line whose reservation ends first, and when.
Ref first_due(const Store& store, Instant& at) {
  const auto row = store.table(TableId::order_items).first(order_item_expires);
  if (!row) return {};
  at = *store.rows<OrderItem>().at(*row).expires;
  return Ref::to(*row);
}

}  // namespace

/// Expiry is as if it had run at its instant, before anything else sees the rows (C-77).
void Engine::State::run_due(Instant now) {
  Instant at;
  if (const Ref due = first_due(store, at); !due || at > now) return;
  Arena arena;
  const JsonDocument none;
  for (Ref due = first_due(store, at); due && at <= now; due = first_due(store, at)) {
    store.begin();
    Context context(store, keys, arena, none, at);
    orders::expire(context, store.at<OrderItem>(due).order);
    store.commit(at);
    arena.reset();
  }
}

std::string_view Engine::handle(std::string_view record, Instant now) {
  State& s = *state_;
  tick(now);
  s.answer.clear();
  http::Request request;
  if (http::read_request(record, request)) {
    http::append_response(s.answer, s.api.handle(request, s.last_now));
  } else {
    http::Response response;
    http::write_error(response, request,
                      {Code::bad_request, "The request record is malformed.", {}, {}, {}, {}});
    http::append_response(s.answer, response);
  }
  return s.answer;
}

void Engine::tick(Instant now) {
  State& s = *state_;
  if (s.last_now < now) s.last_now = now;  // time does not run backwards
  s.run_due(s.last_now);
}

void Engine::load_demo(Instant now) {
  tick(now);
  for (const DemoRequest& each : demo_requests()) {
    http::Request request;
    request.method = each.method == "PUT"    ? http::Method::put
                     : each.method == "POST" ? http::Method::post
                                             : http::Method::patch;
    request.target = each.target;
    request.body = each.body;
    check(state_->api.handle(request, state_->last_now).status < 300);  // the demo data is ours
  }
}

bool Engine::pending() const {
  return !state_->store.pending().empty();
}

std::string_view Engine::seal() {
  State& s = *state_;
  check(!s.sealed);
  if (!pending()) return {};
  s.frame.clear();
  s.frame.append_repeated(journal::frame_header_bytes, '\0');
  s.frame += static_cast<char>(PayloadKind::transactions);
  s.frame += s.store.pending();
  s.store.seal();
  s.before_seal = s.position;
  s.position = journal::seal_frame({s.frame.data(), s.frame.size()}, s.position);
  s.sealed = true;
  return s.frame;
}

void Engine::confirm() {
  check(state_->sealed);
  state_->sealed = false;
  state_->store.confirm();
}

void Engine::revert() {
  State& s = *state_;
  if (s.sealed) s.position = s.before_seal;
  s.sealed = false;
  s.store.undo_all();
  s.snapshot_step = 0;  // it may hold rows that are gone
}

void Engine::replay_begin() {
  State& s = *state_;
  if (s.position.sequence == 0 && s.skip_to == 0 && !s.reader) {
    // What is replayed brings its own genesis.
    s.store.undo_all();
  }
  s.fault.clear();
  s.snapshot_ended = false;
  s.reader.emplace(s.expected);
}

bool Engine::State::apply_transactions(std::string_view in) {
  while (!in.empty()) {
    uint64_t size;
    if (!journal::read_varint(in, size) || size > in.size()) return false;
    std::string_view changes = in.substr(0, static_cast<size_t>(size));
    in.remove_prefix(static_cast<size_t>(size));
    int64_t now;
    if (!journal::read_zigzag(changes, now)) return false;
    if (last_now.ms < now) last_now.ms = now;
    while (!changes.empty()) {
      if (!apply_change(store, changes, false)) return false;
    }
  }
  return true;
}

bool Engine::State::apply_end(std::string_view in) {
  int64_t now;
  uint64_t tables;
  if (!journal::read_varint(in, needed) || !journal::read_zigzag(in, now) ||
      !journal::read_varint(in, tables)) {
    return false;
  }
  if (last_now.ms < now) last_now.ms = now;
  for (uint64_t i = 0; i < tables; ++i) {
    uint64_t table;
    uint64_t size;
    uint64_t copied;
    if (!journal::read_varint(in, table) || !journal::read_varint(in, size) ||
        !journal::read_varint(in, copied) || table >= table_count || size > 0xffffffff ||
        store.table(static_cast<TableId>(table)).live() != copied) {
      return false;
    }
    store.replay_size(static_cast<TableId>(table), static_cast<uint32_t>(size));
  }
  snapshot_ended = true;
  return in.empty();
}

bool Engine::State::apply_payload(std::string_view payload) {
  const auto kind = static_cast<PayloadKind>(payload.front());
  payload.remove_prefix(1);
  const bool snapshot = reader->header()->magic == journal::Magic::snapshot;
  if (kind == PayloadKind::transactions && !snapshot) return apply_transactions(payload);
  if (kind == PayloadKind::end && snapshot) return apply_end(payload);
  if (kind != PayloadKind::rows || !snapshot) return false;
  while (!payload.empty()) {
    if (!apply_change(store, payload, true)) return false;
  }
  return true;
}

bool Engine::replay(std::string_view bytes) {
  State& s = *state_;
  check(s.reader.has_value());
  s.reader->feed(bytes);
  while (const auto frame = s.reader->next()) {
    const bool segment = s.reader->header()->magic == journal::Magic::segment;
    const std::string at_byte = "at byte " + std::to_string(frame->begin);
    if (segment && frame->sequence <= s.skip_to) {
      if (frame->sequence < s.skip_to || frame->hash == s.skip_to_hash) continue;
      s.fault = "The frame " + at_byte + " is not the one that the snapshot was made after.";
      return false;
    }
    if (segment && frame->sequence != s.position.sequence + 1) {
      s.fault = "Frames are missing before the one " + at_byte + ": a segment is gone.";
      return false;
    }
    if (!s.apply_payload(frame->payload)) {
      s.fault = "The frame " + at_byte +
                " holds what this version cannot read: it was written by a newer version.";
      return false;
    }
    s.store.settle();
    if (segment) s.position = {frame->sequence, frame->hash};
  }
  if (!s.reader->failed()) return true;
  s.fault = s.reader->fault();
  return false;
}

journal::Outcome Engine::replay_end(bool last) {
  State& s = *state_;
  check(s.reader.has_value());
  journal::Outcome outcome = s.reader->finish(last);
  if (outcome == journal::Outcome::fault) {
    s.fault = s.reader->fault();
    return outcome;
  }
  const auto& header = s.reader->header();
  if (header && header->magic == journal::Magic::snapshot) {
    if (!s.snapshot_ended) {
      s.fault = "The snapshot has no end: it was not written whole.";
      return journal::Outcome::fault;
    }
    s.position = {header->sequence, header->hash};
    s.skip_to = header->sequence;
    s.skip_to_hash = header->hash;
  } else if (header) {
    if (header->sequence == s.skip_to + 1 && s.skip_to != 0 && header->hash != s.skip_to_hash) {
      s.fault = "The segment does not follow the frame that the snapshot was made after.";
      return journal::Outcome::fault;
    }
    s.expected = s.reader->position();
    if (last && s.position.sequence < s.needed) {
      s.fault = "The journal ends before the snapshot does: segments are missing.";
      return journal::Outcome::fault;
    }
  }
  s.read_seed();
  s.store.seal();  // what was read is durable
  s.store.confirm();
  const bool empty = last && s.position.sequence == 0;  // all that was there is cut off
  if (empty) s.genesis();
  return outcome;
}

uint64_t Engine::valid_bytes() const {
  return state_->reader ? state_->reader->valid_bytes() : 0;
}
const std::string& Engine::fault() const {
  return state_->fault;
}

std::string_view Engine::segment_header() {
  State& s = *state_;
  s.answer.clear();
  const journal::Position& before = s.sealed ? s.before_seal : s.position;
  journal::append_header(s.answer, journal::Magic::segment, before.sequence + 1, before.hash);
  return s.answer;
}

void Engine::snapshot_begin() {
  State& s = *state_;
  check(!pending() && !s.sealed);
  s.snapshot_step = 1;
  s.snapshot_table = 0;
  s.snapshot_row = 0;
  s.snapshot_copied.assign(table_count, 0);
  s.snapshot_position = {};
}

std::string_view Engine::snapshot_next(size_t bytes) {
  State& s = *state_;
  check(!pending() && !s.sealed);  // what the slice holds must be durable
  s.answer.clear();
  if (s.snapshot_step == 0) return {};
  if (s.snapshot_step == 1) {
    journal::append_header(s.answer, journal::Magic::snapshot, s.position.sequence,
                           s.position.hash);
    s.snapshot_step = 2;
    return s.answer;
  }
  Bytes payload;
  if (s.snapshot_step == 2) {
    payload += static_cast<char>(PayloadKind::rows);
    while (s.snapshot_table < table_count && payload.size() < bytes) {
      const TableBase& table = s.store.table(static_cast<TableId>(s.snapshot_table));
      if (s.snapshot_row >= table.size()) {
        ++s.snapshot_table;
        s.snapshot_row = 0;
        continue;
      }
      if (table.alive(s.snapshot_row)) {
        journal::append_varint(payload, s.snapshot_table);
        journal::append_varint(payload, s.snapshot_row);
        payload += change_put;
        encode_row(payload, table, s.snapshot_row, s.store.strings());
        ++s.snapshot_copied[s.snapshot_table];
      }
      ++s.snapshot_row;
    }
    if (payload.size() == 1) s.snapshot_step = 3;
  }
  if (s.snapshot_step == 3) {
    payload.clear();
    payload += static_cast<char>(PayloadKind::end);
    journal::append_varint(payload, s.position.sequence);
    journal::append_zigzag(payload, s.last_now.ms);
    journal::append_varint(payload, table_count);
    for (uint32_t table = 0; table < table_count; ++table) {
      journal::append_varint(payload, table);
      journal::append_varint(payload, s.store.table(static_cast<TableId>(table)).size());
      journal::append_varint(payload, s.snapshot_copied[table]);
    }
    s.snapshot_step = 0;
  }
  s.snapshot_position = journal::append_frame(s.answer, s.snapshot_position, payload);
  return s.answer;
}

journal::Position Engine::position() const {
  return state_->position;
}

std::optional<Instant> Engine::wake() const {
  Instant at;
  return first_due(state_->store, at) ? std::optional<Instant>(at) : std::nullopt;
}

Instant Engine::last_now() const {
  return state_->last_now;
}

std::string Engine::verify() const {
  return verify_store(state_->store, state_->keys);
}

MemoryUse Engine::memory() const {
  return state_->store.memory();
}

}  // namespace waybill
