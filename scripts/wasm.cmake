# The WebAssembly module: build/wasm/waybill.js (an ES module) and waybill.wasm beside it.
set(wasm_flags
  ${no_exceptions}
  -flto
  -DEMSCRIPTEN_HAS_UNBOUND_TYPE_NAMES=0) # Embind without RTTI

target_compile_options(waybill_core PRIVATE -flto)
file(GLOB wasm_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/wasm/*.cpp)
add_executable(waybill ${wasm_sources})
target_compile_options(waybill PRIVATE ${wasm_flags})
target_link_libraries(waybill PRIVATE waybill_core)
target_link_options(waybill PRIVATE
  ${wasm_flags}
  -O3
  -lembind
  -sMODULARIZE
  -sEXPORT_ES6
  -sEXPORT_NAME=createWaybill
  # No Node among the environments: 3.1.6's Node glue does not load as an ES module. The Node host
  # hands over wasmBinary instead, and then the glue touches nothing of the browser's.
  -sENVIRONMENT=web,worker
  -sFILESYSTEM=0
  -sWASM_BIGINT
  -sDYNAMIC_EXECUTION=0 # a Content-Security-Policy without unsafe-eval must work
  -sALLOW_MEMORY_GROWTH
  -sINITIAL_MEMORY=32MB
  -sMAXIMUM_MEMORY=4GB
  -sTOTAL_STACK=1MB)

# Debian's Emscripten finds acorn only with Debian's own Node.
if(EXISTS /usr/share/nodejs/acorn)
  set_property(TARGET waybill PROPERTY RULE_LAUNCH_LINK
               "${CMAKE_COMMAND} -E env NODE_PATH=/usr/share/nodejs")
endif()
