/* A PKCS#11 module that misbehaves where its name says; everything else is SoftHSM's.
   cc -shared -fPIC -D'FAULT=HANG_SIGN' module.c -o FILE.so */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long CK_ULONG;
typedef CK_ULONG (*GetFunctionList)(void **);
typedef CK_ULONG (*Sign)(CK_ULONG, unsigned char *, CK_ULONG, unsigned char *, CK_ULONG *);

#define HANG_OPEN 1
#define CRASH_OPEN 2
#define NOISE 3
#define HANG_SIGN 4
#define CRASH_SIGN 5
#define WRONG_SIGN 6

static Sign original;

static CK_ULONG sign(CK_ULONG session, unsigned char *data, CK_ULONG length, unsigned char *out, CK_ULONG *size) {
#if FAULT == HANG_SIGN
    for (;;) pause();
#elif FAULT == CRASH_SIGN
    abort();
#endif
    CK_ULONG result = original(session, data, length, out, size);
    if (result == 0 && out) out[0] ^= 1;
    return result;
}

/* CK_FUNCTION_LIST: a version, then pointers in the standard's order; C_Sign is the 44th. */
static struct { unsigned char version[2]; void *calls[68]; } list;

CK_ULONG C_GetFunctionList(void **out) {
#if FAULT == HANG_OPEN
    for (;;) pause();
#elif FAULT == CRASH_OPEN
    abort();
#elif FAULT == NOISE
    for (;;) { puts("{\"number\":0}"); fflush(stdout); }
#endif
    void *library = dlopen("/usr/lib/softhsm/libsofthsm2.so", RTLD_NOW);
    GetFunctionList real = library ? (GetFunctionList)dlsym(library, "C_GetFunctionList") : 0;
    void *table = 0;
    if (!real || real(&table)) return 5;
    memcpy(&list, table, sizeof list);
    original = (Sign)list.calls[43];
    list.calls[43] = (void *)sign;
    *out = &list;
    return 0;
}
