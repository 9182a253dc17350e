#pragma once

#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/instant.hpp"
#include "store/memory_use.hpp"
#include "store/strings.hpp"
#include "store/table.hpp"

namespace waybill {

/// All rows of an engine, changed in transactions.
///
/// `begin` … `commit` or `roll_back` is one transaction. Several committed ones wait in `pending`
/// until they are sealed into a frame, and that until the host says that it is durable (`confirm`)
/// or refused (`undo_all`); meanwhile further transactions may run. Undo copies and indexes are
/// kept here, so that rules know of neither.
class Store {
 public:
  Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  const Strings& strings() const { return strings_; }
  Text intern(std::string_view text) { return strings_.intern(text); }
  std::string_view view(Text text) const { return strings_.view(text); }

  const TableBase& table(TableId id) const { return *tables_[static_cast<size_t>(id)]; }
  template <class Row>
  const Table<Row>& rows() const {
    return static_cast<const Table<Row>&>(table(Row::table));
  }
  /// A row that a reference names.
  template <class Row>
  const Row& at(Ref ref) const {
    return rows<Row>().at(ref.row());
  }

  // Transactions
  void begin();
  /// Keeps the changes, appends them to `pending()` as one transaction of the journal's payload.
  /// False if nothing really changed; then nothing is appended.
  bool commit(Instant now);
  void roll_back();

  template <class Row>
  Ref insert(Row row) {
    auto& table = mutable_table<Row>();
    const uint32_t id = table.size();
    table.append_default();
    table.mutable_at(id) = std::move(row);
    note_insert(table, id);
    return Ref::to(id);
  }
  /// Calls `edit(Row&)`; indexes follow. `edit` must not touch the store.
  template <class Row, class Edit>
  void update(Ref ref, Edit&& edit) {
    auto& table = mutable_table<Row>();
    start_update(table, ref.row());
    edit(table.mutable_at(ref.row()));
    end_update(table, ref.row());
  }
  /// The same for a row whose type is known by its descriptors alone.
  template <class Edit>
  void update_row(TableId id, uint32_t row, Edit&& edit) {
    TableBase& table = *tables_[static_cast<size_t>(id)];
    start_update(table, row);
    edit(table.mutable_row(row));
    end_update(table, row);
  }
  /// A new default row of a table known by its descriptors alone.
  uint32_t insert_default(TableId id);
  void purge(TableId id, uint32_t row);

  /// Brings what indexes work out from rows up to date. Transactions end with it; within one it is
  /// for whoever reads those indexes after changing rows.
  void settle();

  MemoryUse memory() const;

  /// Watches whether rows really change, until end_watch says so. It costs a copy of every row that
  /// is updated meanwhile.
  void watch();
  bool end_watch();

  // Group commit
  const Bytes& pending() const { return pending_; }
  /// What is pending was taken into a frame.
  void seal();
  /// The sealed frame is durable: what it holds cannot be undone any more.
  void confirm();
  /// The sealed frame was refused: everything that was not confirmed is undone.
  void undo_all();

  // Replay: no transaction, no undo. Whoever replays settles when rows agree with each other.
  /// Puts a row, which `fill(void*, Strings&)` writes into a default one.
  template <class Fill>
  bool replay_put(TableId id, uint32_t row, Fill&& fill) {
    TableBase& table = *tables_[static_cast<size_t>(id)];
    make_room(table, row);
    const bool known = table.alive(row);
    if (known) {
      note_keys(table, row);
      table.reset(row);
    }
    const bool ok = fill(table.mutable_row(row), strings_);
    table.stamps_[row] = 0;
    if (known) {
      follow(table, row);
    } else {
      enter(table, row);
    }
    return ok;
  }
  void replay_purge(TableId id, uint32_t row);
  /// The table's next row id is at least `size` (rows at its end may have been purged).
  void replay_size(TableId id, uint32_t size);

 private:
  enum class Change : uint8_t { insert, update, purge };
  struct Undo {
    Change change;
    TableId table;
    uint32_t row;
    uint32_t stamp;             // the row's stamp before
    std::shared_ptr<void> old;  // update, purge
  };

  template <class Row>
  Table<Row>& mutable_table() {
    return static_cast<Table<Row>&>(*tables_[static_cast<size_t>(Row::table)]);
  }
  /// The row is there, with what it holds now: it goes into the indexes.
  void enter(TableBase& table, uint32_t row);
  /// Around a change of a row: what is known of it before, and what of that is different now.
  void note_keys(TableBase& table, uint32_t row);
  void follow(TableBase& table, uint32_t row);
  /// The row is about to go: out of the indexes.
  void leave(TableBase& table, uint32_t row);
  /// What indexes say of the row, and of what it is part of, is to be worked out again.
  void touch(TableBase& table, uint32_t row, Ref owner);
  void end(TableBase& table, uint32_t row);
  void note_insert(TableBase& table, uint32_t row);
  void start_update(TableBase& table, uint32_t row);
  void end_update(TableBase& table, uint32_t row);
  void keep_copy(TableBase& table, uint32_t row, Change change);
  void undo_to(size_t position);
  void make_room(TableBase& table, uint32_t row);

  Strings strings_;
  std::array<std::unique_ptr<TableBase>, table_count> tables_;
  std::vector<Undo> undo_;
  size_t begin_ = 0;   // where the open transaction starts in undo_
  size_t sealed_ = 0;  // the entries in front of it are in a frame
  uint32_t begin_strings_ = 0;
  uint32_t sealed_strings_ = 0;
  uint32_t confirmed_strings_ = 0;
  uint32_t stamp_ = 0;  // of the open transaction
  Bytes pending_;
  Bytes scratch_;
  TableBase::Keys keys_before_, keys_after_, keys_changed_;
  Ref owner_before_;
  bool watching_ = false;
  bool watched_change_ = false;
  std::shared_ptr<void> watched_copy_;
};

}  // namespace waybill
