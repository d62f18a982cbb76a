import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { answerToBrokenRequest } from './error-answer.ts';

/** Answers what Node cannot read as a request, or what took too long to arrive, and closes the connection. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { status, body } = answerToBrokenRequest(error);
  const text = JSON.stringify(body);
  if (socket.writable)
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n` +
        `Content-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
    );
  // Whoever is slow to send may be slow to close.
  socket.destroy();
}
