/**
 * The HTTP server. `/v1` and `/api/v1` go from node:http straight to the runtime; Fastify serves
 * everything around them (ARCHITECTURE.md tells why).
 */

import { randomUUID } from 'node:crypto';
import { createServer, METHODS, STATUS_CODES } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { fastify } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { passedHeaders } from '../engine/engine.js';
import type { EngineResponse } from '../engine/engine.js';
import { apiMethods, errorResponse, methodNotAvailable } from '../runtime/errors.js';
import type { HostErrorCode } from '../runtime/errors.js';
import type { Service } from '../runtime/runtime.js';
import { isAuthorized } from './credentials.js';

export interface ServerOptions {
  service: Service;
  /** 0 for any free one. */
  port: number;
  host?: string;
  /** A pino level; default 'info'. */
  logLevel?: string;
}

export interface RunningServer {
  url: string;
  /** Finishes what was accepted, then closes; the service stays open. */
  close(): Promise<void>;
}

/** Limits and time-outs. Where the core has the same limit, it is met here first, so that more is not even read. */
const limits = {
  targetBytes: 8 * 1024, // Q-104; also limits::target_bytes in core/base/limits.hpp
  bodyBytes: 16 * 1024 * 1024, // H-76; also limits::body_bytes in core/base/limits.hpp
  headerBytes: 16 * 1024, // H-76
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 10_000,
  connections: 10_000,
} as const;

/** Bodies up to this size go out as text behind the head, in one write. */
const textBodyBytes = 16 * 1024;

const defaultLogLevel = 'info';
export const defaultHost = '127.0.0.1';
const loopback = new Set([defaultHost, '::1', 'localhost']);

function requireLoopback(host: string): void {
  if (loopback.has(host)) return;
  throw new Error(
    `There is no authentication yet, so the server listens on loopback only, not on ${host}. ` +
      `Use --host ${defaultHost}, and a reverse proxy that authenticates.`,
  );
}

/** Rejects as startServer would, because of its address; to be asked before anything else is done. */
export async function checkAddress({ host = defaultHost, port }: Pick<ServerOptions, 'host' | 'port'>): Promise<void> {
  requireLoopback(host);
  const probe = createSocketServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(port, host, resolve);
  });
  await new Promise((resolve) => probe.close(resolve));
}

/** Starts listening; rejects with a sentence if it may not or cannot. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const host = options.host ?? defaultHost;
  requireLoopback(host);
  const logsAnswers = ['trace', 'debug', 'info'].includes(options.logLevel ?? defaultLogLevel);
  const api = new Api(options.service, logsAnswers);
  const app = createApp(options, api);
  await app.ready();
  await app.listen({ host, port: options.port });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: async () => {
      api.isClosing = true;
      app.server.closeIdleConnections();
      await app.close();
    },
  };
}

function createApp({ service, logLevel }: ServerOptions, api: Api): FastifyInstance {
  const app = fastify({
    logger: { level: logLevel ?? defaultLogLevel },
    forceCloseConnections: 'idle',
    serverFactory: (handler) => createHttpServer(api, handler),
    frameworkErrors: (_error, request, reply) => {
      void answerOutside(request, reply); // the target cannot be decoded
    },
  });
  api.log = app.log;
  // Nothing here has a use for a body: none is looked at, whatever it says that it is.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    done(null);
  });
  app.get('/health', () => ({ status: 'ok' }));
  app.get('/ready', (_request, reply) => {
    if (service.state !== 'ready') void reply.code(503);
    return { status: service.state };
  });
  app.setNotFoundHandler(answerOutside);
  return app;
}

/** What lies beside the API, and is read only. */
const around = new Set(['/health', '/ready']);

/** Answers what has no route: most often a client that left `/v1` out. */
function answerOutside(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { method, url } = request;
  const details = `The API is at /v1 and /api/v1; see also ${[...around].join(' and ')}.`;
  const { status, headers, body } = around.has(url.replace(/\?.*/, ''))
    ? methodNotAvailable(method, 'GET, HEAD')
    : errorResponse('NotFound', details, { url });
  for (let i = 0; i < headers.length; i += 2) void reply.header(headers[i]!, headers[i + 1]);
  return reply.code(status).send(Buffer.from(body));
}

function createHttpServer(api: Api, handler: RequestListener): Server {
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
    },
    (request, response) => {
      const url = originForm(request.url ?? '');
      request.url = url;
      if (url.startsWith('/v1') || url.startsWith('/api/')) {
        new ApiExchange(api, request, response).start();
      } else {
        handler(request, response);
      }
    },
  );
  server.maxConnections = limits.connections;
  server.on('clientError', answerClientError);
  server.on('connect', ({ method = '' }, socket) => {
    socket.on('error', () => undefined); // Node has let go of it
    socket.on('finish', () => socket.destroy());
    endSocket(socket, methodNotAvailable(method, apiMethods));
  });
  return server;
}

/** The path and query of a target, which proxies may write with scheme and host in front. */
function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const rest = /^https?:\/\/[^/?#]*(.*)$/i.exec(target)?.[1];
  if (rest === undefined) return target;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** What all requests to the API share. */
class Api {
  log: FastifyBaseLogger | undefined;
  isClosing = false;
  private readonly processId = randomUUID().slice(0, 8);
  private requests = 0;

  constructor(
    readonly service: Service,
    /** Whether every answer gets a line in the log, or only failures of ours. */
    readonly logsAnswers: boolean,
  ) {}

  /** One of a kind among all processes, and cheap: each answer has one (H-78). */
  nextRequestId(): string {
    return `${this.processId}-${(++this.requests).toString(36).padStart(6, '0')}`;
  }
}

/** One request to the API and its answer. */
class ApiExchange {
  private chunks: Buffer[] = [];
  private size = 0;
  private readonly startedMs = performance.now();

  constructor(
    private readonly api: Api,
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
  ) {}

  start(): void {
    const { request } = this;
    const { method } = request;
    if (method !== 'OPTIONS' && !isAuthorized(request.headers)) {
      this.refuse('Unauthorized', 'This credential is not known; the sandbox takes none, or the key banana.');
      return;
    }
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
    void this.api.service.request(entry).then((answer) => this.send(answer));
  }

  private send(answer: EngineResponse): void {
    const { response } = this;
    if (response.writableEnded || response.destroyed) return;
    const { body, status } = answer;
    const requestId = this.requestId();
    const headers = [...answer.headers, 'X-Request-Id', requestId];
    // What HEAD leaves out was counted by the core.
    if (status !== 204 && !headers.includes('Content-Length')) headers.push('Content-Length', String(body.length));
    if (this.api.isClosing) response.shouldKeepAlive = false;
    response.writeHead(status, headers);
    if (this.request.method === 'HEAD' || body.length === 0) response.end();
    else if (body.length > textBodyBytes) response.end(body);
    else response.end(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'latin1');
    this.writeLog(status, requestId);
  }

  private writeLog(status: number, requestId: string): void {
    const { log } = this.api;
    const level = status >= 500 ? 'error' : 'info';
    if (!log || (level === 'info' && !this.api.logsAnswers)) return;
    const { method, url } = this.request;
    const ms = Math.round((performance.now() - this.startedMs) * 1000) / 1000;
    log[level]({ requestId, method, url, status, ms }, 'answered');
  }

  private requestId(): string {
    const given = this.request.headers['x-request-id'];
    if (typeof given === 'string' && /^[\x21-\x7e]{1,128}$/.test(given)) return given;
    return this.api.nextRequestId();
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
    this.refuse('ContentTooLarge', `The body is larger than ${limits.bodyBytes / 2 ** 20} MiB.`);
  }
}

interface ClientError extends NodeJS.ErrnoException {
  rawPacket?: Buffer;
}

/** What never became a request gets a clear answer too, where the socket still takes one. */
function answerClientError(error: ClientError, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  endSocket(socket, clientErrorAnswer(error));
}

/** Answers where Node has no response to write to. */
function endSocket(socket: Duplex, { status, headers, body }: EngineResponse): void {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n`;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  socket.end(Buffer.concat([Buffer.from(`${head}\r\n`), body]));
}

/** The request line, unless the request came in pieces. */
function firstLine(packet: Buffer | undefined): string {
  return packet?.subarray(0, packet.indexOf('\r\n') >>> 0).toString('latin1') ?? '';
}

/** The method of a request line, if it is one that Node does not know. */
function unknownMethod(line: string): string | undefined {
  const method = /^([!#$%&'*+.^_`|~\w-]{1,64}) \S+ HTTP\/1\.[01]$/.exec(line)?.[1];
  return method === undefined || METHODS.includes(method) ? undefined : method;
}

function clientErrorAnswer({ code, rawPacket }: ClientError): EngineResponse {
  const line = firstLine(rawPacket);
  if (code === 'HPE_INVALID_METHOD') {
    const method = unknownMethod(line);
    if (method !== undefined) return methodNotAvailable(method, apiMethods);
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return errorResponse('RequestTimeout', 'The request did not arrive in time.');
  if (code === 'HPE_INVALID_URL' || (code === 'HPE_INVALID_CONSTANT' && / \/.* /.test(line))) {
    const details = 'The URL holds a character that has to be percent-encoded: a blank is %20, å is %C3%A5.';
    return errorResponse('InvalidUriSyntax', details);
  }
  if (code !== 'HPE_HEADER_OVERFLOW') return errorResponse('MalformedRequest', 'This is not an HTTP request.');
  const isTarget = /^[A-Z]+ \//.test(line) && line.length > limits.targetBytes;
  if (isTarget) return errorResponse('UriTooLong', `URL longer than ${limits.targetBytes} bytes`);
  return errorResponse('HeadersTooLarge', `URL and headers together are larger than ${limits.headerBytes} bytes.`);
}
