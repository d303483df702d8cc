import Documents
import Platform
import TestSupport
import Testing

/// `/metrics` of the built program, read by Prometheus's own tools.
extension RealStoreTests {
    private func get(_ url: String, _ more: String = "") async throws -> String {
        try await shell("curl -s --max-time 5 \(more) '\(url)' || true")
    }

    private func console(_ config: String, state: String) async throws -> Program {
        let program = try Program(rows: 60, columns: 200)
        try program.start([Program.path, "--config", config], store.variables(state: state))
        try await program.pty.wait(for: "every source is read") { screen in
            ["erp.order.export", "erp.amqp", "catalog_product_price"].allSatisfy(screen.text.contains)
        }
        return program
    }

    @Test func `what is served under metrics is what promtool and a Prometheus take, and what SQL says`()
        async throws
    {
        let port = try freePort()
        let config = try store.config(
            named: "metrics.yaml",
            ("    access: operate", "    access: operate\n    metrics: 127.0.0.1:\(port)"))
        let program = try await console(config, state: "metrics")
        defer { program.pty.close() }
        let url = "http://127.0.0.1:\(port)/metrics"
        let page = try await get(url)
        let file = store.folder.path("metrics.txt")
        try store.folder.write(page + "\n", to: "metrics.txt")
        let checked = try await shell("/usr/bin/promtool check metrics < \(file) 2>&1 || echo failed")
        #expect(checked.isEmpty, "\(checked)\n\(page)")

        let ready = try await store.truth(
            "SELECT COUNT(*) FROM queue_message_status s JOIN queue q ON q.id=s.queue_id "
                + "WHERE q.name='erp.order.export' AND s.status=2")
        #expect(
            page.contains(
                "hypercare_queue_ready_messages{environment=\"real-shop\",queue=\"erp.order.export\","
                    + "source=\"magento-db\"} \(ready[0][0])\n"))
        #expect(page.contains("check=\"integration:"))
        #expect(try await get(url, "-o /dev/null -w '%{http_code}' -X POST -d x") == "405")
        #expect(try await get(url, "-o /dev/null -w '%{http_code}' -H 'Host: evil.example'") == "403")
        #expect(try await get("http://127.0.0.1:\(port)/", "-o /dev/null -w '%{http_code}'") == "404")

        let own = try freePort()
        try store.folder.write(
            "scrape_configs: [{job_name: shop, scrape_interval: 1s, static_configs: [{targets: ['127.0.0.1:\(port)']}]}]\n",
            to: "prometheus.yaml")
        let prometheus = try await ServerProcess(
            [
                "/usr/bin/prometheus", "--config.file=\(store.folder.path("prometheus.yaml"))",
                "--storage.tsdb.path=\(store.folder.path("tsdb"))", "--web.listen-address=127.0.0.1:\(own)",
            ], log: store.folder.path("prometheus.log"))
        defer { prometheus.stop(9) }
        let api = "http://127.0.0.1:\(own)/api/v1/query"
        try await eventually("it was scraped for some seconds") {
            let up = try await self.get(
                api, "--data-urlencode 'query=sum_over_time(up{job=\"shop\"}[1m]) >= 5'")
            return up.contains("\"127.0.0.1:\(port)\"")
        }
        let value = try await get(
            api, "--data-urlencode 'query=hypercare_queue_ready_messages{queue=\"erp.order.export\"}'")
        #expect(value.contains("\"\(ready[0][0])\"]"), "\(value)")

        // The port is this console's: the next one of the environment says so, and watches all the same.
        let taken = try await console(config, state: "metrics-taken")
        defer { taken.pty.close() }
        try await taken.pty.wait(for: "that nothing is served is told") { screen in
            screen.text.contains("no metrics are served: cannot listen on 127.0.0.1:\(port)")
        }
        taken.pty.send(":q\r")
        #expect(try await taken.pty.exit() == .code(0))
        program.pty.send(":q\r")
        #expect(try await program.pty.exit() == .code(0))
        #expect(try await get(url, "-o /dev/null -w '%{http_code}'").hasPrefix("000"))
    }
}
