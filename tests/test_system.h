/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TEST_SYSTEM_H
#define ZD_TEST_SYSTEM_H

/* What tests ask of the system beyond core/os.h: to load a plug-in, a folder of their own, and
 * variables. On Windows these calls stand for their POSIX namesakes. */

#ifndef _WIN32

#    include <dlfcn.h>

#else

#    include <direct.h>
#    include <stdio.h>
#    include <stdlib.h>
#    include <string.h>
#    include <windows.h>
#    undef near /* words of its own of long ago */
#    undef far

enum { RTLD_NOW, RTLD_LOCAL = 0 };

static inline void *dlopen(const char *path, int how)
{
    wchar_t wide[4096];
    (void) how;
    return MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, 4096) > 0 ? LoadLibraryW(wide) : NULL;
}

static inline void *dlsym(void *library, const char *name)
{
    return (void *) (uintptr_t) GetProcAddress(library, name);
}

static inline int dlclose(void *library)
{
    return FreeLibrary(library) ? 0 : -1;
}

static inline const char *dlerror(void)
{
    static char text[64];
    snprintf(text, sizeof text, "Windows says %lu", GetLastError());
    return text;
}

/* Process numbers come again, and what an earlier run left is not taken. */
static inline char *mkdtemp(char *template)
{
    char *ending = template + strlen(template) - 6;
    _mkdir("/tmp");
    for (unsigned i = 0; i < 1000; i++) {
        unsigned bits = GetTickCount() * 2654435761U ^ GetCurrentProcessId() * 40503U ^ i * 97U;
        snprintf(ending, 7, "%06x", bits & 0xFFFFFF);
        if (_mkdir(template) == 0) {
            return template;
        }
    }
    return NULL;
}

/* Names and values are UTF-8. */
static inline int setenv(const char *name, const char *value, int replace)
{
    wchar_t wide_name[64];
    wchar_t wide[4096];
    (void) replace;
    MultiByteToWideChar(CP_UTF8, 0, name, -1, wide_name, 64);
    MultiByteToWideChar(CP_UTF8, 0, value, -1, wide, 4096);
    return _wputenv_s(wide_name, wide);
}

static inline int unsetenv(const char *name)
{
    return setenv(name, "", 1);
}

#endif

#endif
