/*
 * airshim: lets Debian's unmodified btvirt run anywhere, several at a time.
 *
 * 1. btvirt refuses to create any LE-capable controller when socket(AF_ALG, ...)
 *    fails, because it takes AES-ECB (for the HCI LE Encrypt command) from the
 *    kernel.  Where the kernel has none, the few calls that it makes on such
 *    sockets are answered here with a small AES-128 in user space.
 * 2. btvirt listens on fixed names, /tmp/bt-server-*, and a second one takes
 *    them from the first.  With AIR_SOCKETS=DIR they are made in DIR instead.
 *
 * Everything else passes straight through to libc.
 *
 *   gcc -O2 -shared -fPIC -o airshim.so airshim.c -ldl
 *   AIR_SOCKETS=$DIR LD_PRELOAD=$PWD/airshim.so btvirt -s
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <linux/if_alg.h>

#ifndef SOL_ALG
#define SOL_ALG 279
#endif

#define NFD 1024
static struct { char base, op; uint8_t key[16]; int peer; } tab[NFD];

#define REAL(name) __typeof__(&name) real = (__typeof__(&name)) dlsym(RTLD_NEXT, #name)
#define KNOWN(fd, what) ((fd) >= 0 && (fd) < NFD && tab[fd].what)

/* ---- AES-128, one block, encryption only ---- */
static uint8_t sbox[256];

static uint8_t xt(uint8_t x) { return (uint8_t)((x << 1) ^ ((x >> 7) * 0x1b)); }

static void sbox_init(void)
{
	uint8_t p = 1, q = 1;

	if (sbox[0])
		return;
	do {
		p = p ^ xt(p);
		q ^= q << 1; q ^= q << 2; q ^= q << 4;
		if (q & 0x80)
			q ^= 0x09;
#define ROL(v, n) ((uint8_t)(((v) << (n)) | ((v) >> (8 - (n)))))
		sbox[p] = q ^ ROL(q, 1) ^ ROL(q, 2) ^ ROL(q, 3) ^ ROL(q, 4) ^ 0x63;
	} while (p != 1);
	sbox[0] = 0x63;
}

static void aes128(const uint8_t key[16], const uint8_t in[16], uint8_t out[16])
{
	uint8_t rk[16], s[16], t[16], rc = 1;
	int r, i, c;

	sbox_init();
	memcpy(rk, key, 16);
	for (i = 0; i < 16; i++)
		s[i] = in[i] ^ rk[i];
	for (r = 1; r <= 10; r++) {
		for (i = 0; i < 16; i++)		/* SubBytes + ShiftRows */
			t[i] = sbox[s[(i + 4 * (i % 4)) % 16]];
		if (r < 10)
			for (c = 0; c < 16; c += 4) {	/* MixColumns */
				uint8_t a = t[c], b = t[c+1], d = t[c+2], e = t[c+3];
				uint8_t x = a ^ b ^ d ^ e;
				s[c]   = a ^ x ^ xt(a ^ b);
				s[c+1] = b ^ x ^ xt(b ^ d);
				s[c+2] = d ^ x ^ xt(d ^ e);
				s[c+3] = e ^ x ^ xt(e ^ a);
			}
		else
			memcpy(s, t, 16);
		for (i = 0; i < 4; i++)			/* next round key */
			rk[i] ^= sbox[rk[12 + (i + 1) % 4]] ^ (i ? 0 : rc);
		for (i = 4; i < 16; i++)
			rk[i] ^= rk[i - 4];
		rc = xt(rc);
		for (i = 0; i < 16; i++)
			s[i] ^= rk[i];
	}
	memcpy(out, s, 16);
}

/* ---- interposed calls ---- */
int socket(int domain, int type, int proto)
{
	REAL(socket);
	int fd = real(domain, type, proto);

	if (fd >= 0 || domain != AF_ALG)
		return fd;
	fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (fd >= 0 && fd < NFD)
		tab[fd].base = 1;
	return fd;
}

/* The path that a path of btvirt's becomes: the same one, or one in AIR_SOCKETS. */
static const char *moved(const char *path, char *to, size_t size)
{
	static const char fixed[] = "/tmp/";
	const char *dir = getenv("AIR_SOCKETS");

	if (!dir || strncmp(path, "/tmp/bt-server-", 15))
		return path;
	snprintf(to, size, "%s/%s", dir, path + sizeof(fixed) - 1);
	return to;
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	REAL(bind);
	struct sockaddr_un un;
	const struct sockaddr_un *named = (const void *) addr;

	if (KNOWN(fd, base))
		return 0;
	if (addr->sa_family != AF_UNIX || !named->sun_path[0])
		return real(fd, addr, len);
	memset(&un, 0, sizeof(un));
	un.sun_family = AF_UNIX;
	if (moved(named->sun_path, un.sun_path, sizeof(un.sun_path)) == named->sun_path)
		return real(fd, addr, len);
	return real(fd, (const void *) &un, sizeof(un));
}

int unlink(const char *path)
{
	REAL(unlink);
	char to[4096];

	return real(moved(path, to, sizeof(to)));
}

int chmod(const char *path, mode_t mode)
{
	REAL(chmod);
	char to[4096];

	return real(moved(path, to, sizeof(to)), mode);
}

int setsockopt(int fd, int level, int name, const void *val, socklen_t len)
{
	REAL(setsockopt);

	if (!KNOWN(fd, base))
		return real(fd, level, name, val, len);
	if (level == SOL_ALG && name == ALG_SET_KEY && len == 16)
		memcpy(tab[fd].key, val, 16);
	return 0;
}

int accept(int fd, struct sockaddr *addr, socklen_t *len)
{
	REAL(accept);
	int sv[2];

	if (!KNOWN(fd, base))
		return real(fd, addr, len);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) < 0)
		return -1;
	if (sv[0] >= NFD) {
		close(sv[0]); close(sv[1]);
		errno = EMFILE;
		return -1;
	}
	tab[sv[0]].op = 1;
	tab[sv[0]].peer = sv[1];
	memcpy(tab[sv[0]].key, tab[fd].key, 16);
	return sv[0];
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	REAL(sendmsg);
	uint8_t out[16];

	if (!KNOWN(fd, op))
		return real(fd, msg, flags);
	if (msg->msg_iovlen != 1 || msg->msg_iov[0].iov_len != 16) {
		errno = EINVAL;
		return -1;
	}
	aes128(tab[fd].key, msg->msg_iov[0].iov_base, out);
	return write(tab[fd].peer, out, 16);
}

int close(int fd)
{
	REAL(close);

	if (fd >= 0 && fd < NFD) {
		int peer = tab[fd].op ? tab[fd].peer : -1;

		memset(&tab[fd], 0, sizeof(tab[fd]));
		if (peer >= 0)
			real(peer);
	}
	return real(fd);
}
