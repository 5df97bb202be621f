// SPDX-License-Identifier: Apache-2.0
#include "baseline/memory_files.h"

#include <string.h>

#define META                                                                                       \
    "'uuid':'a3c6ff0e-5d0b-4a4b-9f57-1f0a2b3c4d5e','metadata':{'title':'T','version':'1',"         \
    "'last-modified':'2026-01-01T00:00:00Z','oscal-version':'1.2.2'}"
#define NS "'ns':'urn:datumline:ns:oscal'"
#define PROPS(severity, layer, enforcement)                                                        \
    "'props':[{'name':'severity'," NS ",'value':'" severity "'},{'name':'layer'," NS               \
    ",'value':'" layer "'},{'name':'enforcement'," NS ",'value':'" enforcement                     \
    "'},{'name':'driver'," NS ",'value':'platform'},{'name':'driver'," NS ",'value':'region'}]"
#define OTHER_PARTS                                                                                \
    "{'name':'guidance','prose':'g'},{'name':'reason','prose':'r'},{'name':'check','prose':'c'}"
#define NETWORK_PROPS PROPS("high", "network", "preventive")
#define PEOPLE                                                                                     \
    PROPS("low", "identity", "attested")                                                           \
    ",'parts':[{'name':'statement','prose':'Do.'}," OTHER_PARTS "]"
#define DEFINITIONS "/providers/Microsoft.Authorization/policyDefinitions/"

typedef struct TextFile {
    const char *path;
    const char *text;
} TextFile;

static const TextFile small[] = {
    {"manifest.json", "{'name':'small','title':'Small','version':'1.2.3','owner':'o','purpose':'p',"
                      "'scope':'s','nextReview':'2026-12-31','approverRoles':['b','t']}"},
    {"catalog.json",
     "{'catalog':{" META ",'groups':[{'id':'net','title':'Network','controls':[{'id':'n-1','title':"
     "'One','params':[{'id':'n-1_prm','label':'size'}]," NETWORK_PROPS ",'parts':[{'name':"
     "'statement','prose':'At most {{ insert: param, n-1_prm }} things.'}," OTHER_PARTS "]}]},"
     "{'id':'ppl','title':'People','controls':[{'id':'p-1','title':'Two'," PEOPLE "},{'id':'p-2',"
     "'title':'Not selected'," PEOPLE "}]}]}}"},
    {"profile.json",
     "{'profile':{" META ",'imports':[{'href':'catalog.json','include-controls':[{'with-ids':["
     "'n-1','p-1']}]}],'modify':{'set-parameters':[{'param-id':'n-1_prm','values':['42'],'props':["
     "{'name':'azure-parameter'," NS ",'value':'size'}]}]}}}"},
    {"rules/size.json",
     "{'id':'" DEFINITIONS "size','name':'size','properties':{'mode':'All','metadata':{'severity':"
     "'high','grade':'recorded','requires':{'kinds':['tenant-settings'],'paths':["
     "'datumline/tenantSettings/size']},'remediation':{'steps':['shrink it']}},'parameters':{'size'"
     ":{'type':'Integer'}},'policyRule':{'if':{'allOf':[{'field':'type','equals':"
     "'datumline/tenantSettings'},{'field':'datumline/tenantSettings/size','greater':"
     "'[parameters(\\u0027size\\u0027)]'}]},'then':{'effect':'audit'}}}}"},
    {"initiative.json",
     "{'id':'/providers/Microsoft.Authorization/policySetDefinitions/small','name':'small',"
     "'properties':{'parameters':{'size':{'type':'Integer'},'mood':{'type':'String','defaultValue':"
     "'calm'}},'policyDefinitions':[{'policyDefinitionReferenceId':'size','policyDefinitionId':"
     "'" DEFINITIONS "size','parameters':{'size':{'value':'[parameters(\\u0027size\\u0027)]'}},"
     "'groupNames':['n-1']}],'policyDefinitionGroups':[{'name':'n-1'},{'name':'p-1'}]}}"},
    {"assignments.json",
     "[{'id':'/providers/Microsoft.Authorization/policyAssignments/small','name':'small',"
     "'properties':{'policyDefinitionId':'/providers/Microsoft.Authorization/policySetDefinitions/"
     "small','scope':'/tenants','parameters':{'mood':{'value':'grim'}}}}]"},
    {"mappings/f.json",
     "{'mapping-collection':{" META ",'provenance':{'method':'human','matching-rationale':"
     "'semantic','status':'complete','mapping-description':'d'},'mappings':[{'uuid':'u','source-"
     "resource':{'type':'catalog','href':'../catalog.json'},'target-resource':{'type':'catalog',"
     "'href':'https://example.org/f','props':[{'name':'framework','value':'frame'}]},'maps':["
     "{'uuid':'m','relationship':'equal-to','sources':[{'type':'control','id-ref':'n-1'}],"
     "'targets':[{'type':'control','id-ref':'x-1'},{'type':'control','id-ref':'x-2'}]}]}]}}"},
};

#define TAILORING(kind, subject, why)                                                              \
    "{'name':'tailoring'," NS ",'value':'" subject "','class':'" kind "','remarks':'" why "'}"

// What stands over the small package.
static const TextFile over[] = {
    {"manifest.json", "{'name':'ours','title':'Ours','version':'0.1.0','owner':'us','purpose':'p',"
                      "'scope':'s','riskAppetite':'low','nextReview':'2027-06-30','approvals':{"
                      "'count':2,'roles':['b','t']},'from':{'name':'small','version':'1.2.3',"
                      "'sha256':'00ff'}}"},
    {"profile.json",
     "{'profile':{'uuid':'b3c6ff0e-5d0b-4a4b-9f57-1f0a2b3c4d5e','metadata':{'title':'Ours',"
     "'last-modified':'2026-02-01T00:00:00Z','version':'0.1.0','oscal-version':'1.2.2','props':"
     "[" TAILORING("remove", "p-1", "nobody here") "," TAILORING(
         "severity", "n-1",
         "small firm") "]},'imports':[{'href':'base/"
                       "profile.json','include-all':{},'exclude-controls':[{'with-ids':["
                       "'p-1']}]}],'merge':{'as-is':true},'modify':{'set-parameters':[{'param-id':'"
                       "n-1_prm',"
                       "'values':['40']}],'alters':[{'control-id':'n-1','removes':[{'by-name':'"
                       "severity','by-ns':"
                       "'urn:datumline:ns:oscal'}],'adds':[{'position':'starting','props':[{'name':"
                       "'severity'," NS ",'value':'low'}]}]}]}}}"},
};

// Quotes come in as ' and go out as "; the one place a change is asked for is replaced.
static Str make_text(MemoryFiles *files, const char *text)
{
    size_t len = strlen(text);
    char *copy = NEW_ARRAY(files->arena, char, len + 4096);
    size_t out = 0;
    size_t from_len = files->from != NULL ? strlen(files->from) : 0;
    bool replaced = from_len == 0;
    for (size_t i = 0; i < len;) {
        const char *piece = text + i;
        size_t piece_len = 1;
        if (!replaced && strncmp(text + i, files->from, from_len) == 0) {
            piece = files->to;
            piece_len = strlen(files->to);
            ASSERT(piece_len < 4096);
            i += from_len;
            replaced = true;
        } else {
            i++;
        }
        for (size_t j = 0; j < piece_len; j++) {
            copy[out++] = piece[j] == '\'' ? '"' : piece[j];
        }
    }
    ASSERT(replaced); // the text to replace must be there, or the test tests nothing
    return (Str){copy, out};
}

// All files there are, as (path, text).
static uint32_t list_all(MemoryFiles *files, TextFile *ret_files)
{
    uint32_t count = 0;
    for (size_t i = 0; i + 1 < COUNTOF(files->added) && files->added[i] != NULL; i += 2) {
        ret_files[count++] = (TextFile){files->added[i], files->added[i + 1]};
    }
    for (size_t i = 0; files->tailored && i < COUNTOF(over); i++) {
        ret_files[count++] = over[i];
    }
    for (size_t i = 0; i < COUNTOF(small); i++) {
        TextFile file = small[i];
        if (files->tailored) {
            size_t len = strlen(file.path);
            char *path = NEW_ARRAY(files->arena, char, len + 6);
            memcpy(path, "base/", 5);
            memcpy(path + 5, file.path, len);
            file.path = path;
        }
        ret_files[count++] = file;
    }
    return count;
}

enum { FILES_MAX = COUNTOF(small) + COUNTOF(over) + 6 };

static bool memory_read(void *ctx, Str path, Str *ret_bytes, Err *err)
{
    MemoryFiles *files = ctx;
    TextFile all[FILES_MAX];
    uint32_t count = list_all(files, all);
    bool is_other = files->path != NULL && str_eq(path, str_from_cstr(files->path));
    for (uint32_t i = 0; i < count; i++) {
        if (!str_eq(path, str_from_cstr(all[i].path)) || (is_other && files->from == NULL)) {
            continue;
        }
        if (all[i].text == NULL) {
            break;
        }
        MemoryFiles plain = {.arena = files->arena};
        *ret_bytes = make_text(is_other ? files : &plain, all[i].text);
        return true;
    }
    return err_set(err, ERR_NO_INPUT, (Span){0, 0}, "no file %.*s", STR_ARG(path));
}

static bool memory_list(void *ctx, Str directory, const Str **ret_paths, uint32_t *ret_count,
                        Err *err)
{
    (void)err;
    MemoryFiles *files = ctx;
    TextFile all[FILES_MAX];
    uint32_t total = list_all(files, all);
    Str *paths = NEW_ARRAY(files->arena, Str, total);
    uint32_t count = 0;
    for (uint32_t i = 0; i < total; i++) {
        Str path = str_from_cstr(all[i].path);
        bool is_in = path.len > directory.len && path.ptr[directory.len] == '/' &&
                     memcmp(path.ptr, directory.ptr, directory.len) == 0;
        bool is_gone =
            files->path != NULL && files->from == NULL && str_eq(path, str_from_cstr(files->path));
        is_gone = is_gone || all[i].text == NULL;
        for (uint32_t k = 0; k < i && !is_gone; k++) {
            is_gone = str_eq(str_from_cstr(all[k].path), path); // another stands in its place
        }
        if (is_in && !is_gone) {
            paths[count++] = path;
        }
    }
    *ret_paths = paths;
    *ret_count = count;
    return true;
}

PackageFiles memory_files(MemoryFiles *files)
{
    return (PackageFiles){.read = memory_read,
                          .list = memory_list,
                          .ctx = files,
                          .label = files->tailored ? STR("ours") : STR("small")};
}
