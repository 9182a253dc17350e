/**
 * The HTTP server. `/v1` and `/api/v1` go from node:http straight to the runtime; Fastify serves
 * everything around them (ARCHITECTURE.md tells why).
 */

import { randomUUID } from 'node:crypto';
import { createServer, STATUS_CODES } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { passedHeaders } from '../engine/engine.js';
import type { EngineResponse } from '../engine/engine.js';
import { errorResponse } from '../runtime/errors.js';
import type { HostErrorCode } from '../runtime/errors.js';
import type { Runtime } from '../runtime/runtime.js';
import { isAuthorized } from './credentials.js';

export interface ServerOptions {
  runtime: Runtime;
  /** 0 for any free one. */
  port: number;
  host?: string;
  /** A pino level; default 'info'. */
  logLevel?: string;
}

export interface RunningServer {
  url: string;
  /** Finishes what was accepted, then closes; the runtime stays open. */
  close(): Promise<void>;
}

/** Limits and time-outs, in one place. */
const limits = {
  headerBytes: 16 * 1024, // H-76
  bodyBytes: 16 * 1024 * 1024, // H-76
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 10_000,
  connections: 10_000,
} as const;

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

/** Starts listening; rejects with a sentence if it may not or cannot. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const host = options.host ?? '127.0.0.1';
  if (!loopback.has(host)) {
    throw new Error(
      `There is no authentication yet, so the server listens on loopback only, not on ${host}. ` +
        'Use --host 127.0.0.1, and a reverse proxy that authenticates.',
    );
  }
  const app = createApp(options);
  await app.ready();
  await app.listen({ host, port: options.port });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: async () => {
      app.server.closeIdleConnections();
      await app.close();
    },
  };
}

function createApp({ runtime, logLevel }: ServerOptions): FastifyInstance {
  const app = fastify({
    logger: { level: logLevel ?? 'info' },
    forceCloseConnections: 'idle',
    serverFactory: (handler) => createHttpServer(runtime, handler),
  });
  app.get('/health', () => ({ status: 'ok' }));
  app.get('/ready', (_request, reply) => {
    if (runtime.accepting) return { status: 'ready' };
    void reply.code(503);
    return { status: runtime.failed ? 'failed' : 'stopping' };
  });
  app.setNotFoundHandler((_request, reply) => {
    void reply.code(404);
    return { '@type': 'not found', error: 'The API is at /v1 and /api/v1; see also /health and /ready.' };
  });
  return app;
}

function createHttpServer(runtime: Runtime, handler: RequestListener): Server {
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
    },
    (request, response) => {
      const url = request.url ?? '';
      if (url.startsWith('/v1') || url.startsWith('/api/')) {
        new ApiExchange(runtime, request, response).start();
      } else {
        handler(request, response);
      }
    },
  );
  server.maxConnections = limits.connections;
  server.on('clientError', answerClientError);
  return server;
}

/** One request to the API and its answer. */
class ApiExchange {
  private chunks: Buffer[] = [];
  private size = 0;

  constructor(
    private readonly runtime: Runtime,
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
  ) {}

  start(): void {
    const { request } = this;
    if (!isAuthorized(request.headers)) {
      this.refuse('Unauthorized', 'This credential is not known; the sandbox takes none, or the key banana.');
      return;
    }
    const { method } = request;
    if (method === 'GET' || method === 'HEAD') {
      request.resume();
      this.run(undefined);
      return;
    }
    if (Number(request.headers['content-length'] ?? 0) > limits.bodyBytes) {
      this.refuseBody();
      return;
    }
    request.on('data', (chunk: Buffer) => {
      this.size += chunk.length;
      if (this.size <= limits.bodyBytes) this.chunks.push(chunk);
      else this.refuseBody();
    });
    request.on('end', () => {
      if (this.response.writableEnded) return;
      const [only] = this.chunks;
      this.run(this.chunks.length === 1 ? only : Buffer.concat(this.chunks));
    });
  }

  private run(body: Uint8Array | undefined): void {
    const { request } = this;
    let headers = '';
    for (const name of passedHeaders) {
      const value = request.headers[name];
      if (value !== undefined) headers += `${name}:${String(value)}\n`;
    }
    const entry = { method: request.method ?? '', target: request.url ?? '', headers, body };
    void this.runtime.request(entry).then((answer) => this.send(answer));
  }

  private send(answer: EngineResponse): void {
    const { response } = this;
    if (response.writableEnded || response.destroyed) return;
    const { body } = answer;
    const head = this.request.method === 'HEAD';
    const headers = [...answer.headers, 'X-Request-Id', this.requestId()];
    if (answer.status !== 204) headers.push('Content-Length', String(body.length));
    response.writeHead(answer.status, headers);
    response.end(head || body.length === 0 ? undefined : body);
  }

  private requestId(): string {
    const given = this.request.headers['x-request-id'];
    return typeof given === 'string' && /^[\x21-\x7e]{1,128}$/.test(given) ? given : randomUUID();
  }

  private refuse(code: HostErrorCode, details: string): void {
    this.request.resume();
    this.send(errorResponse(code, details));
  }

  /** The rest of the body is not read: the connection ends with the answer. */
  private refuseBody(): void {
    if (this.response.writableEnded) return;
    this.chunks = [];
    this.response.shouldKeepAlive = false;
    this.refuse('ContentTooLarge', 'The body is larger than 16 MiB.');
  }
}

const clientErrors: Record<string, [HostErrorCode, string]> = {
  HPE_HEADER_OVERFLOW: ['HeadersTooLarge', `URL and headers together are larger than ${limits.headerBytes} bytes.`],
  ERR_HTTP_REQUEST_TIMEOUT: ['RequestTimeout', 'The request did not arrive in time.'],
};

/** What never became a request gets a clear answer too, where the socket still takes one. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [code, details] = clientErrors[error.code ?? ''] ?? ['MalformedRequest', 'This is not an HTTP request.'];
  const { status, headers, body } = errorResponse(code, details);
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n`;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  socket.end(Buffer.concat([Buffer.from(`${head}\r\n`), body]));
}
