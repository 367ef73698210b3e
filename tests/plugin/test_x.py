def test_a(suite):
    suite.feature(phone="failed", city="open")
    r = suite.run()
    r = suite.run("-v", "-k", "worker.phone or connector:finishes", "-rA")
    r = suite.run("--alluredir=al", "features/crm-app/workers.feature::worker.phone", "--junitxml=j.xml")
    print((suite.root / "j.xml").read_text())
    r = suite.run("-n2", "-v")
    r = suite.run("--connector=crash")
    r = suite.run("--connector=unreachable")
    print(r.stderr.str())
    print(r.ret)
    assert 0
