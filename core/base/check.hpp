#pragma once

namespace waybill {

/// An assertion that stays on in release: for our own bugs, never for what a client can cause.
/// It ends the instance (in WebAssembly it traps); the host opens a new one from the journal.
constexpr void check(bool holds) {
  if (!holds) [[unlikely]]
    __builtin_trap();
}

}  // namespace waybill
