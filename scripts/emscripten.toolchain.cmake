# Hands over to the toolchain file of the Emscripten that is on the PATH (Debian's package, emsdk).
if(NOT EMSCRIPTEN_ROOT_PATH)
  execute_process(COMMAND em-config EMSCRIPTEN_ROOT OUTPUT_VARIABLE EMSCRIPTEN_ROOT_PATH
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT EMSCRIPTEN_ROOT_PATH AND DEFINED ENV{EMSDK})
  set(EMSCRIPTEN_ROOT_PATH $ENV{EMSDK}/upstream/emscripten)
endif()
if(NOT EMSCRIPTEN_ROOT_PATH)
  message(FATAL_ERROR "Emscripten was not found: put em-config on the PATH, or set EMSDK.")
endif()
include(${EMSCRIPTEN_ROOT_PATH}/cmake/Modules/Platform/Emscripten.cmake)
